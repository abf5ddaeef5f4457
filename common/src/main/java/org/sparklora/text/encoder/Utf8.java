package org.sparklora.text.encoder;

/** Reads characters from well-formed UTF-8. */
public final class Utf8 {
  private Utf8() {}

  /** Length in bytes of the character whose first byte is {@code lead}. */
  public static int length(byte lead) {
    return lead >= 0 ? 1 : lead < (byte) 0xe0 ? 2 : lead < (byte) 0xf0 ? 3 : 4;
  }

  public static boolean isStart(byte b) {
    return (b & 0xc0) != 0x80;
  }

  public static int codePoint(byte[] text, int at) {
    int b = text[at];
    if (b >= 0) {
      return b;
    }
    if (b < (byte) 0xe0) {
      return ((b & 0x1f) << 6) | (text[at + 1] & 0x3f);
    }
    if (b < (byte) 0xf0) {
      return ((b & 0x0f) << 12) | ((text[at + 1] & 0x3f) << 6) | (text[at + 2] & 0x3f);
    }
    return ((b & 0x07) << 18)
        | ((text[at + 1] & 0x3f) << 12)
        | ((text[at + 2] & 0x3f) << 6)
        | (text[at + 3] & 0x3f);
  }
}
