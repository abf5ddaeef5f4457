package org.sparklora.model.spec;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;
import org.sparklora.weights.ElementType;
import org.sparklora.weights.TensorContent;

/** Tensors of any size that are made while they are written, of one block of 16-bit numbers. */
final class RandomElements {
  private static final int BLOCK = 1 << 20;

  private final ElementType type;
  private final byte[] random = new byte[2 * BLOCK];
  private final byte[] ones = new byte[2 * BLOCK];
  private final SplittableRandom seeds = new SplittableRandom(42);

  RandomElements(ElementType type) {
    this.type = type;
    boolean half = type == ElementType.F16;
    int mantissa = half ? 10 : 7;
    int signAndMantissa = 0x8000 | ((1 << mantissa) - 1);
    // Powers of two from 2^-9 to 2^-6: exponents 6 to 9 in fp16, 118 to 121 in bf16.
    int lowest = half ? 6 : 118;
    int one = half ? 0x3c00 : 0x3f80;
    ByteBuffer randoms = ByteBuffer.wrap(random).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer allOne = ByteBuffer.wrap(ones).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < BLOCK; i++) {
      int exponent = lowest + seeds.nextInt(4);
      randoms.putShort((short) ((seeds.nextInt() & signAndMantissa) | (exponent << mantissa)));
      allOne.putShort((short) one);
    }
  }

  /** ±0.002 to ±0.03, like the weights of linear layers. */
  TensorContent random(List<Long> shape) {
    return new Repeated(type, shape, random, 2 * seeds.nextInt(BLOCK));
  }

  TensorContent ones(List<Long> shape) {
    return new Repeated(type, shape, ones, 0);
  }

  /** A block over and over, from an offset in it on. */
  private record Repeated(ElementType type, List<Long> shape, byte[] block, int start)
      implements TensorContent {
    @Override
    public void writeTo(OutputStream out) throws IOException {
      long left = type.bytes() * shape.stream().reduce(1L, (a, b) -> a * b);
      int at = start;
      while (left > 0) {
        int count = (int) Math.min(left, block.length - at);
        out.write(block, at, count);
        left -= count;
        at = 0;
      }
    }
  }
}
