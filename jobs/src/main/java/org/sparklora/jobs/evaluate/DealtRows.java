package org.sparklora.jobs.evaluate;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.sparklora.Failure;
import org.sparklora.Vocabulary;
import org.sparklora.corpus.MappedRows;
import org.sparklora.feature.FeatureRow;
import org.sparklora.feature.LabelSpans;
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
        next -> {
          requireKnown(next, vocabulary);
          return Optional.of(new Tuple2<>(next.index(), packed(next.row())));
        });
  }

  private static void requireKnown(TableRows.Indexed next, Vocabulary vocabulary) {
    OptionalInt beyond = vocabulary.firstBeyond(next.row().inputIds());
    if (beyond.isPresent()) {
      throw Failure.input(
          "Cannot evaluate, a row of the feature table holds an id beyond the model's vocabulary: %d in row %d (expected 0 to %d). Tokenize again with the tokenizer of this base."
              .formatted(beyond.getAsInt(), next.index(), vocabulary.size() - 1));
    }
  }

  // number of bounds of spans, the bounds, then all ids: cheap to serialize
  private static int[] packed(FeatureRow row) {
    int[] bounds = row.spans().bounds();
    int[] packed = new int[1 + bounds.length + row.length()];
    packed[0] = bounds.length;
    System.arraycopy(bounds, 0, packed, 1, bounds.length);
    System.arraycopy(row.inputIds(), 0, packed, 1 + bounds.length, row.length());
    return packed;
  }

  static FeatureRow unpacked(int... packed) {
    int ids = 1 + packed[0];
    LabelSpans spans = new LabelSpans(Arrays.copyOfRange(packed, 1, ids));
    return new FeatureRow(Arrays.copyOfRange(packed, ids, packed.length), spans);
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
