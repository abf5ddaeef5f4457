package org.sparklora.text.sentencepiece;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Iterates over the fields of a protocol-buffer message; lengths are checked before use. */
final class ProtocolBuffer {
  private final ByteBuffer in;
  private int field;
  private int wireType;
  private long number;
  private ByteBuffer bytes = ByteBuffer.allocate(0);

  ProtocolBuffer(ByteBuffer in) {
    this.in = in;
  }

  /** Moves to the next field; false at the end of the message. */
  boolean next() throws IOException {
    if (!in.hasRemaining()) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    wireType = (int) tag & 7;
    switch (wireType) {
      case 0 -> number = varint();
      case 1 -> bytes = take(Long.BYTES);
      case 2 -> bytes = take(varint());
      case 5 -> bytes = take(Integer.BYTES);
      default -> throw new IOException("wire type " + wireType + " at " + in.position());
    }
    return true;
  }

  int field() {
    return field;
  }

  long number() throws IOException {
    need(0);
    return number;
  }

  ProtocolBuffer message() throws IOException {
    need(2);
    return new ProtocolBuffer(bytes);
  }

  String text() throws IOException {
    need(2);
    return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }

  byte[] bytes() throws IOException {
    need(2);
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return copy;
  }

  float decimal() throws IOException {
    need(5);
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).getFloat();
  }

  private void need(int type) throws IOException {
    if (wireType != type) {
      throw new IOException("field %d has wire type %d, not %d".formatted(field, wireType, type));
    }
  }

  private ByteBuffer take(long length) throws IOException {
    if (length < 0 || length > in.remaining()) {
      throw new IOException("a field of %d bytes at %d".formatted(length, in.position()));
    }
    ByteBuffer slice = in.slice(in.position(), (int) length);
    in.position(in.position() + (int) length);
    return slice;
  }

  private long varint() throws IOException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE && in.hasRemaining(); shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IOException("a number that does not end at " + in.position());
  }
}
