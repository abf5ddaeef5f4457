package org.sparklora.jobs.evaluate;

import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.sparklora.Vocabulary;
import org.sparklora.corpus.MappedRows;
import org.sparklora.feature.FeatureRow;
import org.sparklora.feature.PackedRow;
import org.sparklora.jobs.spark.TableRows;
import scala.Tuple2;

/** The rows of a table, dealt in turn to so many parts. */
final class DealtRows {
  private DealtRows() {}

  /** By dense index, in order; fails on an id that is not of {@code vocabulary}. */
  static JavaPairRDD<Long, int[]> of(TableRows table, Vocabulary vocabulary, int parts) {
    return JavaPairRDD.fromJavaRDD(table.map(rows -> packed(rows, vocabulary)))
        .repartitionAndSortWithinPartitions(new InTurn(parts));
  }

  private static Iterator<Tuple2<Long, int[]>> packed(
      Iterator<TableRows.Indexed> rows, Vocabulary vocabulary) {
    return new MappedRows<>(
        rows,
        next ->
            Optional.of(
                new Tuple2<>(next.index(), PackedRow.of(next.known(vocabulary, "evaluate")))));
  }

  static FeatureRow unpacked(int... packed) {
    return PackedRow.row(packed, 0);
  }

  private static final class InTurn extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int parts;

    InTurn(int parts) {
      this.parts = parts;
    }

    @Override
    public int numPartitions() {
      return parts;
    }

    @Override
    public int getPartition(Object key) {
      return (int) ((Long) key % parts);
    }
  }
}
