package org.sparklora.weights;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * What a weight file writer needs of a tensor; big ones can make their bytes while being written.
 */
public interface TensorContent {
  ElementType type();

  List<Long> shape();

  /** Writes the elements in row order, little endian: product of the shape × bytes of the type. */
  void writeTo(OutputStream out) throws IOException;
}
