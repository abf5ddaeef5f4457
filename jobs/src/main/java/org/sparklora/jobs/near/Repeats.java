package org.sparklora.jobs.near;

import java.io.Serializable;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.sparklora.corpus.MappedRows;
import org.sparklora.jobs.spark.TaskEdge;
import org.sparklora.near.RowPlace;
import org.sparklora.near.TextKey;
import scala.Tuple2;

/** All rows but the first of each key, in the memory of one row, however many share a key. */
public final class Repeats {
  private Repeats() {}

  public static JavaRDD<RowPlace> of(JavaPairRDD<TextKey, RowPlace> rows) {
    int parts = Math.max(1, rows.getNumPartitions());
    return rows.mapToPair(row -> new Tuple2<>(new KeyedPlace(row._1(), row._2()), (byte) 0))
        .repartitionAndSortWithinPartitions(new GroupPartitioner(parts))
        .mapPartitions(TaskEdge.around(Repeats::later));
  }

  private static Iterator<RowPlace> later(Iterator<Tuple2<KeyedPlace, Byte>> sorted) {
    KeyedPlace[] before = new KeyedPlace[1];
    return new MappedRows<>(
        sorted,
        row -> {
          boolean repeats = before[0] != null && before[0].key().equals(row._1().key());
          before[0] = row._1();
          return repeats ? Optional.of(row._1().place()) : Optional.empty();
        });
  }

  /** A row in the order of keys and, within them, of the corpus. */
  private record KeyedPlace(TextKey key, RowPlace place)
      implements GroupPartitioner.Grouped, Serializable, Comparable<KeyedPlace> {
    private static final long serialVersionUID = 1L;
    private static final Comparator<KeyedPlace> ORDER =
        Comparator.comparing(KeyedPlace::key).thenComparing(KeyedPlace::place);

    @Override
    public Object group() {
      return key;
    }

    @Override
    public int compareTo(KeyedPlace other) {
      return ORDER.compare(this, other);
    }
  }
}
