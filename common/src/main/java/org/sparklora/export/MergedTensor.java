package org.sparklora.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.sparklora.Failure;
import org.sparklora.adapter.Adapter;
import org.sparklora.tensor.Kernels;
import org.sparklora.weights.ElementType;
import org.sparklora.weights.TensorContent;
import org.sparklora.weights.TensorInfo;
import org.sparklora.weights.TensorValue;
import org.sparklora.weights.WeightFolder;

/**
 * A stored tensor with what an adapter adds, made while it is written: some rows at a time, summed
 * in fp32 and rounded once to the type in which it was stored.
 */
final class MergedTensor implements TensorContent {
  /** Bytes of the rows that are in memory at once. */
  private static final int PIECE = 8 << 20;

  private final WeightFolder files;
  private final TensorInfo info;
  private final Adapter adapter;
  private final String module;
  private final NDManager owner;
  private final Kernels kernels;
  private Rounding rounding = Rounding.NONE;

  /** Native memory belongs to {@code owner}. */
  MergedTensor(
      WeightFolder files, TensorInfo info, Adapter adapter, NDManager owner, Kernels kernels) {
    this.files = files;
    this.info = info;
    this.adapter = adapter;
    this.module = info.name().replaceFirst("\\.weight$", "");
    this.owner = owner;
    this.kernels = kernels;
  }

  @Override
  public ElementType type() {
    return info.type();
  }

  @Override
  public List<Long> shape() {
    return info.shape();
  }

  /** Of what was written; none where the adapter leaves the tensor alone. */
  Rounding rounding() {
    return rounding;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    Stored stored = stored();
    rounding = Rounding.NONE;
    if (isAdapted()) {
      merge(stored, out);
      return;
    }
    long bytes = info.elements() * info.type().bytes();
    ByteBuffer space = ByteBuffer.allocate((int) Math.min(PIECE, bytes));
    for (long at = 0; at < bytes; at += PIECE) {
      space.clear().limit((int) Math.min(PIECE, bytes - at));
      stored.read(at, space);
      write(space.flip(), out);
    }
  }

  private boolean isAdapted() {
    return info.name().endsWith(".weight") && adapter.a(module) != null;
  }

  private void merge(Stored stored, OutputStream out) throws IOException {
    long rowBytes = info.shape().get(1) * info.type().bytes();
    int rowsAtOnce = (int) Math.max(1, PIECE / rowBytes);
    ByteBuffer space = ByteBuffer.allocateDirect(Math.toIntExact(rowsAtOnce * rowBytes));
    try (NDManager scope = owner.newSubManager()) {
      NDArray a = matrix(adapter.a(module), scope);
      NDArray b = matrix(adapter.b(module), scope);
      for (long row = 0; row < info.shape().get(0); row += rowsAtOnce) {
        long rows = Math.min(rowsAtOnce, info.shape().get(0) - row);
        space.clear().limit(Math.toIntExact(rows * rowBytes));
        stored.read(row * rowBytes, space);
        mergeRows(space.flip(), a, b, row, out);
      }
    }
  }

  private void mergeRows(ByteBuffer bytes, NDArray a, NDArray b, long row, OutputStream out)
      throws IOException {
    try (NDManager scope = owner.newSubManager()) {
      NDArray stored = scope.create(bytes, new Shape(bytes.remaining()), DataType.INT8);
      int type = info.type().torchCode();
      double scale = adapter.config().scaling();
      NDArray[] parts = kernels.tensors(scope, "merge_rows", stored, type, a, b, row, scale);
      double largest = parts[1].toFloatArray()[0];
      if (!Double.isFinite(largest)) {
        throw Failure.input(
            "Cannot merge the adapters, a sum is beyond what the weights' type holds: %s in %s (expected finite numbers in %s). Use smaller weights, or a base that is stored in another type."
                .formatted(largest, info.name(), info.type()));
      }
      long count = bytes.limit() / info.type().bytes();
      rounding = rounding.plus(new Rounding(largest, parts[2].toDoubleArray()[0], count));
      write(parts[0].toByteBuffer(true), out);
    }
  }

  private static void write(ByteBuffer bytes, OutputStream out) throws IOException {
    byte[] chunk = new byte[Math.min(1 << 16, bytes.remaining())];
    while (bytes.hasRemaining()) {
      int count = Math.min(chunk.length, bytes.remaining());
      bytes.get(chunk, 0, count);
      out.write(chunk, 0, count);
    }
  }

  private static NDArray matrix(TensorValue value, NDManager scope) {
    return scope.create(value.floats(), new Shape(value.shape().get(0), value.shape().get(1)));
  }

  /** A tensor whose elements lie in another order is read whole. */
  private Stored stored() {
    if (info.isContiguous()) {
      return (at, space) -> files.readInto(info, at, space);
    }
    TensorValue whole = files.read(info.name());
    return (at, space) -> space.put(whole.data().slice((int) at, space.remaining()));
  }

  /** Elements in row order, as bytes. */
  private interface Stored {
    /** Fills what remains of {@code space} from {@code at} bytes on. */
    void read(long at, ByteBuffer space);
  }
}
