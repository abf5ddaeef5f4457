package org.sparklora.text.encoder;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The UTF-8 of a text, in a reusable array with spare bytes at the end. */
public final class Utf8Buffer {
  /** Readable bytes past the end, so that words can be loaded eight bytes at a time. */
  public static final int SPARE = 8;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int KEPT = 1 << 20; // bytes or characters; larger arrays are not kept
  private static final int REPLACEMENT = 0xfffd;

  private char[] chars = new char[0];
  private byte[] bytes = new byte[256];
  private int length;
  private int charCount;

  public byte[] bytes() {
    return bytes;
  }

  public int length() {
    return length;
  }

  /** The text's UTF-16, of which {@link #charCount} are valid. */
  public char[] chars() {
    return chars;
  }

  public int charCount() {
    return charCount;
  }

  public void clear() {
    length = 0;
    if (bytes.length > KEPT) {
      bytes = new byte[256];
    }
  }

  /** Sets the text; returns false, leaving the buffer incomplete, on an unpaired surrogate. */
  public boolean set(String text) {
    take(text);
    int to = 0;
    for (int i = 0; i < charCount; i++) {
      char c = chars[i];
      if (c < 0x80) {
        bytes[to++] = (byte) c;
      } else if (!Character.isSurrogate(c)) {
        to = put(c, to);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < charCount
          && Character.isLowSurrogate(chars[i + 1])) {
        to = put(Character.toCodePoint(c, chars[++i]), to);
      } else {
        return false;
      }
    }
    length = to;
    return true;
  }

  /**
   * Sets the text as the Rust library's binding passes it: with an unpaired surrogate in it, as
   * Java's modified UTF-8, where every invalid byte becomes a replacement character: three for each
   * surrogate, paired or not, two for a zero.
   */
  public void setAsTheRustLibrary(String text) {
    if (set(text)) {
      return;
    }
    clear();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int replacements = Character.isSurrogate(c) ? 3 : c == 0 ? 2 : 0;
      for (int k = 0; k < replacements; k++) {
        append(REPLACEMENT);
      }
      if (replacements == 0) {
        append(c);
      }
    }
  }

  public void append(int codePoint) {
    ensure(length + 4);
    length = put(codePoint, length);
  }

  public void append(byte[] from, int start, int count) {
    ensure(length + count);
    System.arraycopy(from, start, bytes, length, count);
    length += count;
  }

  void ensure(int capacity) {
    if (capacity + SPARE > bytes.length) {
      byte[] larger = new byte[2 * (capacity + SPARE)];
      System.arraycopy(bytes, 0, larger, 0, length);
      bytes = larger;
    }
  }

  public void truncate(int newLength) {
    length = newLength;
  }

  private void take(String text) {
    charCount = text.length();
    if (charCount > chars.length || chars.length > KEPT) {
      chars = new char[charCount + charCount / 2];
    }
    text.getChars(0, charCount, chars, 0);
    clear();
    ensure(3 * charCount);
  }

  private int put(int c, int at) {
    if (c < 0x80) {
      bytes[at] = (byte) c;
      return at + 1;
    }
    if (c < 0x800) {
      bytes[at] = (byte) (0xc0 | (c >> 6));
      bytes[at + 1] = trail(c);
      return at + 2;
    }
    if (c < 0x10000) {
      bytes[at] = (byte) (0xe0 | (c >> 12));
      bytes[at + 1] = trail(c >> 6);
      bytes[at + 2] = trail(c);
      return at + 3;
    }
    bytes[at] = (byte) (0xf0 | (c >> 18));
    bytes[at + 1] = trail(c >> 12);
    bytes[at + 2] = trail(c >> 6);
    bytes[at + 3] = trail(c);
    return at + 4;
  }

  private static byte trail(int bits) {
    return (byte) (0x80 | (bits & 0x3f));
  }

  /**
   * Up to eight bytes, zero-padded; the array extends {@link #SPARE} past the text.
   *
   * @param available how many there are; more than eight are eight
   */
  static long load(byte[] text, int at, int available) {
    long value = (long) LONG.get(text, at);
    return available >= 8 ? value : value & ((1L << (available << 3)) - 1);
  }
}
