package org.sparklora.weights;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;

/** Arithmetic over shapes and strides that never overflows silently. */
final class Shapes {
  private Shapes() {}

  /** Product of the dimensions; empty if one is negative or the product exceeds 2^63-1. */
  static OptionalLong elements(List<Long> shape) {
    if (shape.stream().anyMatch(d -> d < 0)) {
      return OptionalLong.empty();
    }
    if (shape.contains(0L)) {
      return OptionalLong.of(0);
    }
    long product = 1;
    for (long d : shape) {
      if (d > Long.MAX_VALUE / product) {
        return OptionalLong.empty();
      }
      product *= d;
    }
    return OptionalLong.of(product);
  }

  /** Row-major strides in elements. */
  static List<Long> rowMajor(List<Long> shape) {
    List<Long> strides = new ArrayList<>();
    long next = 1;
    for (int i = shape.size() - 1; i >= 0; i--) {
      strides.add(next);
      next *= Math.max(1, shape.get(i));
    }
    Collections.reverse(strides);
    return strides;
  }

  /**
   * Elements from the first to the last one of a view, both included; empty if a stride is negative
   * or the count exceeds 2^63-1.
   */
  static OptionalLong span(List<Long> shape, List<Long> strides) {
    if (shape.contains(0L)) {
      return OptionalLong.of(0);
    }
    long span = 1;
    for (int i = 0; i < shape.size(); i++) {
      long steps = shape.get(i) - 1;
      long stride = strides.get(i);
      if (stride < 0 || (stride > 0 && steps > (Long.MAX_VALUE - span) / stride)) {
        return OptionalLong.empty();
      }
      span += steps * stride;
    }
    return OptionalLong.of(span);
  }

  /**
   * Whether the elements lie one after the other in row order (a dimension of 1 may have any
   * stride).
   */
  static boolean isContiguous(List<Long> shape, List<Long> strides) {
    if (shape.contains(0L)) {
      return true;
    }
    long expected = 1;
    for (int i = shape.size() - 1; i >= 0; i--) {
      if (shape.get(i) != 1 && strides.get(i) != expected) {
        return false;
      }
      expected *= shape.get(i);
    }
    return true;
  }
}
