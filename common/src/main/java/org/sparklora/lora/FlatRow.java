package org.sparklora.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import org.sparklora.tensor.Kernels;

/**
 * A flat row of fp32 values on the device, read and written by the host; pinned staging on GPUs.
 */
final class FlatRow {
  private final Kernels kernels;
  private final NDArray values;
  private final NDArray staging;

  /** Zeros that belong to {@code owner}. */
  FlatRow(int size, Kernels kernels, NDManager owner) {
    this.kernels = kernels;
    this.values = owner.zeros(new Shape(size), DataType.FLOAT32);
    this.staging =
        owner.getDevice().isGpu() ? kernels.tensor(owner, "pinned", (long) size) : values;
  }

  NDArray values() {
    return values;
  }

  /** A view of a part as a matrix, owned by {@code owner}. */
  NDArray matrix(NDManager owner, long offset, long rows, long columns) {
    return kernels.tensor(
        owner, "strided", values, new long[] {rows, columns}, new long[] {columns, 1}, offset);
  }

  /** Copies values from one on into the rest of {@code into}. */
  void read(int from, FloatBuffer into) {
    int count = into.remaining();
    if (staging != values) {
      kernels.run("copy_part_", staging, values, from, count);
    }
    into.put(host().slice(from, count));
  }

  /** Replaces all values by the rest of {@code from}. */
  void write(FloatBuffer from) {
    host().put(from);
    if (staging != values) {
      kernels.run("copy_", values, staging);
    }
  }

  /** As {@link #write}, without waiting: the row must be read before it is written again. */
  void send(FloatBuffer from) {
    host().put(from);
    if (staging != values) {
      kernels.run("copy_later_", values, staging);
    }
  }

  private FloatBuffer host() {
    return staging.toByteBuffer(true).asFloatBuffer();
  }
}
