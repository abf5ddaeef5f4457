package org.sparklora.collective;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Short texts on the wire. */
final class Texts {
  private Texts() {}

  /** The first {@code limit} bytes of the text. */
  static byte[] utf8(String text, int limit) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return bytes.length <= limit ? bytes : Arrays.copyOf(bytes, limit);
  }
}
