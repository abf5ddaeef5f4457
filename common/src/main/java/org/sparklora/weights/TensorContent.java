package org.sparklora.weights;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * What the writer of a weight file needs of a tensor; a big one can make its bytes while being
 * written.
 */
public interface TensorContent {
  ElementType type();

  List<Long> shape();

  /** Writes the elements in row order, little endian: product of the shape × bytes of the type. */
  void writeTo(OutputStream out) throws IOException;
}
