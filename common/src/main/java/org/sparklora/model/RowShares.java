package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** How much of each rank of a model's adapters the rows of a batch take; null for none. */
final class RowShares {
  private float[][] ofRows = {};

  void join(float[][] more) {
    ofRows = Stream.of(ofRows, more).flatMap(Arrays::stream).toArray(float[][]::new);
  }

  void keep(int[] rows) {
    ofRows = Arrays.stream(rows).mapToObj(row -> ofRows[row]).toArray(float[][]::new);
  }

  /**
   * The shares of each token, (tokens, rank), owned by {@code scope}; null where no row takes any.
   *
   * @param first row of the batch
   * @param tokens of each row from there on
   */
  NDArray ofTokens(int first, int[] tokens, NDManager scope) {
    int rank =
        IntStream.range(first, first + tokens.length)
            .mapToObj(row -> ofRows[row])
            .filter(Objects::nonNull)
            .mapToInt(own -> own.length)
            .max()
            .orElse(0);
    if (rank == 0) {
      return null;
    }
    float[] all = new float[Math.multiplyExact(Arrays.stream(tokens).sum(), rank)];
    int token = 0;
    for (int i = 0; i < tokens.length; i++) {
      for (int end = token + tokens[i]; token < end; token++) {
        if (ofRows[first + i] != null) {
          System.arraycopy(ofRows[first + i], 0, all, token * rank, rank);
        }
      }
    }
    return scope.create(all, new Shape(all.length / rank, rank));
  }
}
