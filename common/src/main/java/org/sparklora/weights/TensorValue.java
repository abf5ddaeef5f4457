package org.sparklora.weights;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/** A small tensor in memory: elements in row order, little endian. */
public record TensorValue(ElementType type, List<Long> shape, ByteBuffer data)
    implements TensorContent {
  public TensorValue {
    shape = List.copyOf(shape);
    data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
    OptionalLong elements = Shapes.elements(shape);
    if (elements.isEmpty() || data.remaining() != elements.getAsLong() * type.bytes()) {
      throw new IllegalArgumentException(
          "Cannot make the tensor, its bytes do not fit its shape: %d bytes (expected %s of shape %s). Fix the caller."
              .formatted(data.remaining(), type, shape));
    }
  }

  /** An fp32 tensor with a copy of the values. */
  public static TensorValue of(float[] values, long... shape) {
    ByteBuffer data = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return new TensorValue(ElementType.F32, Arrays.stream(shape).boxed().toList(), data);
  }

  /** A 64-bit integer tensor with a copy of the values. */
  public static TensorValue of(long[] values, long... shape) {
    ByteBuffer data = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    data.asLongBuffer().put(values);
    return new TensorValue(ElementType.I64, Arrays.stream(shape).boxed().toList(), data);
  }

  /**
   * The bytes, little endian, at position 0; the content is shared, the position is the caller's
   * own.
   */
  @Override
  public ByteBuffer data() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  public int elements() {
    return data.capacity() / type.bytes();
  }

  /** The values of a floating point tensor as fp32: exact for fp16 and bf16, rounded for fp64. */
  public float[] floats() {
    float[] values = new float[elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = floatAt(i);
    }
    return values;
  }

  /** The values of an integer or boolean tensor. */
  public long[] longs() {
    long[] values = new long[elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = longAt(i);
    }
    return values;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    if (data.hasArray()) {
      out.write(data.array(), data.arrayOffset(), data.capacity());
      return;
    }
    byte[] slice = new byte[1 << 16];
    ByteBuffer rest = data();
    while (rest.hasRemaining()) {
      int count = Math.min(slice.length, rest.remaining());
      rest.get(slice, 0, count);
      out.write(slice, 0, count);
    }
  }

  @Override
  public String toString() {
    return type + shape.toString();
  }

  private float floatAt(int i) {
    return switch (type) {
      case F32 -> data.getFloat(i * 4);
      case F64 -> (float) data.getDouble(i * 8);
      case F16 -> HalfFloats.widen(data.getShort(i * 2));
      case BF16 -> Float.intBitsToFloat(data.getShort(i * 2) << 16);
      default -> throw wrongType("a floating point");
    };
  }

  private long longAt(int i) {
    return switch (type) {
      case I64 -> data.getLong(i * 8);
      case I32 -> data.getInt(i * 4);
      case I16 -> data.getShort(i * 2);
      case I8 -> data.get(i);
      case U8, BOOL -> data.get(i) & 0xff;
      default -> throw wrongType("an integer");
    };
  }

  private IllegalStateException wrongType(String wanted) {
    return new IllegalStateException(
        "Cannot read the values, the tensor has another type: %s (expected %s type). Fix the caller."
            .formatted(type, wanted));
  }
}
