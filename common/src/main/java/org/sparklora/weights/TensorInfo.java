package org.sparklora.weights;

import java.util.List;

/**
 * Where a tensor lies: {@code offset} of its first element in the file, {@code bytes} from there to
 * the end of its last one, strides in elements. Always checked against the file before it is
 * created.
 */
public record TensorInfo(
    String name,
    ElementType type,
    List<Long> shape,
    List<Long> strides,
    String file,
    long offset,
    long bytes) {
  public TensorInfo {
    shape = List.copyOf(shape);
    strides = List.copyOf(strides);
  }

  public long elements() {
    return Shapes.elements(shape).orElseThrow();
  }

  /** Whether the elements lie one after the other in row order. */
  public boolean isContiguous() {
    return Shapes.isContiguous(shape, strides);
  }
}
