package org.sparklora.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/** Arrays of floats through the exchange's buffers. */
final class Floats {
  private Floats() {}

  /** Native memory, all zero. */
  static ByteBuffer direct(int floats) {
    return ByteBuffer.allocateDirect(floats * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  static void sum(AllReduce here, float[] values) {
    through(values, here::sum);
  }

  static void broadcast(AllReduce here, float[] values) {
    through(values, here::broadcast);
  }

  private static void through(float[] values, Consumer<ByteBuffer> call) {
    ByteBuffer bytes = direct(values.length);
    bytes.asFloatBuffer().put(values);
    call.accept(bytes);
    bytes.asFloatBuffer().get(values);
  }
}
