package org.sparklora.collective;

import java.nio.FloatBuffer;
import java.util.List;

/** Adds chunks in the order given: ((x0 + x1) + x2) + ..., block by block within the cache. */
final class RankOrderSum {
  private static final int BLOCK = 2048;

  private final float[] total = new float[BLOCK];
  private final float[] part = new float[BLOCK];

  /** All of the same size; {@code result} may be one of the parts. */
  void sum(List<FloatBuffer> parts, FloatBuffer result) {
    for (int from = 0; from < result.limit(); from += BLOCK) {
      int floats = Math.min(BLOCK, result.limit() - from);
      parts.get(0).get(from, total, 0, floats);
      for (int i = 1; i < parts.size(); i++) {
        parts.get(i).get(from, part, 0, floats);
        add(floats);
      }
      result.put(from, total, 0, floats);
    }
  }

  private void add(int floats) {
    for (int i = 0; i < floats; i++) {
      total[i] += part[i];
    }
  }
}
