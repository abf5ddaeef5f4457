package org.sparklora.text.bytelevel;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** GPT-2's alphabet, which maps every byte to a printable character. */
final class ByteAlphabet {
  private static final int NO_BYTE = -1;
  private static final char[] CHARS = new char[256];
  private static final int[] BYTES = new int[0x200];

  static {
    Arrays.fill(BYTES, NO_BYTE);
    int next = 0x100;
    for (int b = 0; b < 256; b++) {
      boolean printable = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
      CHARS[b] = (char) (printable ? b : next++);
      BYTES[CHARS[b]] = b;
    }
  }

  private ByteAlphabet() {}

  static String of(int b) {
    return String.valueOf(CHARS[b]);
  }

  static boolean covers(String token) {
    return token.chars().allMatch(c -> c < BYTES.length && BYTES[c] != NO_BYTE);
  }

  /** The bytes that a token represents; a token outside the alphabet represents its own text. */
  static byte[] bytes(String token) {
    if (!covers(token)) {
      return token.getBytes(StandardCharsets.UTF_8);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(token.length());
    token.chars().forEach(c -> bytes.write(BYTES[c]));
    return bytes.toByteArray();
  }
}
