package org.sparklora.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docs/spec/exchange.md}, "Frames". */
class TestFrameHeader {
  @ParameterizedTest
  @EnumSource(FrameType.class)
  void isReadAsWritten(FrameType type) {
    FrameHeader header = new FrameHeader(type, type.longest(), 1L << 40, Long.MAX_VALUE);
    ByteBuffer bytes = buffer();
    header.write(bytes);
    assertEquals(FrameHeader.BYTES, bytes.position());
    assertEquals(header, FrameHeader.read(bytes.flip()));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9, 255})
  void unknownTypesAreRefused(int type) {
    assertEquals("sent a frame of unknown type " + type + " (expected 1 to 8)", refusal(type, 0));
  }

  @ParameterizedTest
  @EnumSource(FrameType.class)
  void longerPayloadsThanTheTypesAreRefused(FrameType type) {
    assertEquals(
        "sent a %s frame of %d bytes (expected at most %d)"
            .formatted(type, type.longest() + 1, type.longest()),
        refusal(type.code(), type.longest() + 1));
    assertEquals(
        "sent a %s frame of 4294967295 bytes (expected at most %d)".formatted(type, type.longest()),
        refusal(type.code(), -1));
  }

  @Test
  void otherBytesAreRefused() {
    assertEquals("sent bytes that are no frame header", refusal(0x4754_4547, 0));
  }

  private static String refusal(int first, int length) {
    ByteBuffer bytes = buffer().putInt(first).putInt(length).putLong(1).putLong(2).flip();
    return assertThrows(ProtocolError.class, () -> FrameHeader.read(bytes)).getMessage();
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocate(FrameHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }
}
