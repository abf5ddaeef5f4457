package org.sparklora.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.storage.SeekableInput;

/** Reads tensors into memory, in row order whatever their strides. */
final class TensorReads {
  /** The largest tensor that fits into a Java buffer. */
  private static final long LARGEST = Integer.MAX_VALUE - 8L;

  private TensorReads() {}

  /** All tensors of a small file; together never more than 4 × the file + 1 MiB. */
  static Map<String, TensorValue> all(SeekableInput in, List<TensorInfo> infos) {
    long bound = 4 * in.length() + (1 << 20);
    long total = 0;
    Map<String, TensorValue> values = new LinkedHashMap<>();
    for (TensorInfo info : infos) {
      total += info.elements() * info.type().bytes();
      if (total > bound) {
        throw WeightFault.damaged(
            in.path(), "its tensors unfold to too much", total + " bytes", "at most " + bound);
      }
      values.put(info.name(), one(in, info));
    }
    return values;
  }

  static TensorValue one(SeekableInput in, TensorInfo info) {
    long bytes = info.elements() * info.type().bytes();
    if (Math.max(bytes, info.bytes()) > LARGEST) {
      throw WeightFault.unsupported(
          info.file(),
          "tensor '" + info.name() + "' is too large to be read at once",
          Math.max(bytes, info.bytes()) + " bytes",
          "at most " + LARGEST);
    }
    ByteBuffer stored = ByteBuffer.allocate((int) info.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    in.readFully(info.offset(), stored);
    stored.flip();
    ByteBuffer rows = info.isContiguous() ? stored : inRowOrder(info, stored);
    return new TensorValue(info.type(), info.shape(), rows);
  }

  private static ByteBuffer inRowOrder(TensorInfo info, ByteBuffer stored) {
    int size = info.type().bytes();
    long[] index = new long[info.shape().size()];
    int count = (int) info.elements();
    ByteBuffer rows = ByteBuffer.allocate(count * size).order(ByteOrder.LITTLE_ENDIAN);
    long at = 0;
    for (int i = 0; i < count; i++) {
      rows.put(i * size, stored, (int) at * size, size);
      at = next(info, index, at);
    }
    return rows;
  }

  /** Moves to the next element in row order; returns its offset among the view's elements. */
  private static long next(TensorInfo info, long[] index, long at) {
    long offset = at;
    for (int d = index.length - 1; d >= 0; d--) {
      offset += info.strides().get(d);
      if (++index[d] < info.shape().get(d)) {
        return offset;
      }
      offset -= index[d] * info.strides().get(d);
      index[d] = 0;
    }
    return offset;
  }
}
