package org.sparklora.export;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sparklora.Failure;

/**
 * Bytes as a flag says them, in the words of Python's tools: {@code 5GB}, {@code 500MB}, {@code
 * 2GiB}.
 */
final class ByteSize {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,15})(?:\\s*([kmgt]i?b))?");
  private static final Map<String, Long> UNITS =
      Map.of(
          "kb",
          1_000L,
          "mb",
          1_000_000L,
          "gb",
          1_000_000_000L,
          "tb",
          1_000_000_000_000L,
          "kib",
          1L << 10,
          "mib",
          1L << 20,
          "gib",
          1L << 30,
          "tib",
          1L << 40);

  private ByteSize() {}

  static long parse(String flag, String text) {
    Matcher size = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
    try {
      if (size.matches()) {
        long unit = size.group(2) == null ? 1 : UNITS.get(size.group(2));
        long bytes = Math.multiplyExact(Long.parseLong(size.group(1)), unit);
        if (bytes > 0) {
          return bytes;
        }
      }
    } catch (ArithmeticException e) {
      // Told below.
    }
    throw Failure.usage(
        "Cannot export, --%s is no size: '%s' (expected such as 5GB, 500MB or 2GiB). Correct it."
            .formatted(flag, text));
  }
}
