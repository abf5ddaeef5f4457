package org.sparklora.corpus;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.sparklora.Failure;

/**
 * UTF-16 and UTF-32 without a byte order mark. A corpus begins with a character of ASCII, so zero
 * bytes among the first four say so; in other encodings they are no text.
 */
final class UnmarkedUtf16 {
  private static final int LOOKED_AT = 4;

  private UnmarkedUtf16() {}

  /** Fails where the first bytes of a file are such and {@code charset} says otherwise. */
  static void refuse(String path, byte[] head, String charset) {
    Optional<String> found = of(head);
    boolean said = charset.startsWith("UTF-16") || charset.startsWith("UTF-32");
    if (found.isPresent() && !said) {
      throw Failure.input(
          "Cannot read the input, a file is %s without a byte order mark: %s (expected %s). Add --encoding %s."
              .formatted(found.get(), path, charset, found.get()));
    }
  }

  private static Optional<String> of(byte[] head) {
    if (head.length < LOOKED_AT) {
      return Optional.empty();
    }
    String zeros =
        new String(head, 0, LOOKED_AT, StandardCharsets.ISO_8859_1)
            .replaceAll("[^\0]", "x")
            .replace('\0', '0');
    return switch (zeros) {
      case "x0x0" -> Optional.of("UTF-16LE");
      case "0x0x" -> Optional.of("UTF-16BE");
      case "x000" -> Optional.of("UTF-32LE");
      case "000x" -> Optional.of("UTF-32BE");
      default -> Optional.empty();
    };
  }
}
