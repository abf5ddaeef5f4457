package org.sparklora.template.python;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Pattern;

/** Numbers out of texts, as Python's {@code int} and {@code float} read them, and rounding. */
public final class NumberTexts {
  private static final Pattern WHOLE =
      Pattern.compile("[+-]?\\d+(_\\d+)*", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern FLOATING =
      Pattern.compile("[+-]?(\\d+(_\\d+)*\\.?(\\d+(_\\d+)*)?|\\.\\d+(_\\d+)*)([eE][+-]?\\d+)?");
  private static final Pattern NAMED =
      Pattern.compile("[+-]?(inf|infinity|nan)", Pattern.CASE_INSENSITIVE);

  private NumberTexts() {}

  /** {@code int(text, base)}, or null if it is no such number. */
  public static Long whole(String text, int base) {
    String digits = Blanks.strip(text);
    if (base != 10) {
      throw Refusal.unsupported("int() with base %d".formatted(base));
    }
    if (!WHOLE.matcher(digits).matches()) {
      return null;
    }
    try {
      return Long.parseLong(digits.replace("_", ""));
    } catch (NumberFormatException e) {
      throw Refusal.limit("a whole number beyond 64 bits");
    }
  }

  /** {@code float(text)}, or null if it is none. */
  public static Double floating(String text) {
    String number = Blanks.strip(text).replace("_", "");
    if (FLOATING.matcher(number).matches()) {
      return Double.parseDouble(number);
    }
    if (!NAMED.matcher(number).matches()) {
      return null;
    }
    double size =
        number.toLowerCase(Locale.ROOT).contains("nan") ? Double.NaN : Double.POSITIVE_INFINITY;
    return number.startsWith("-") ? -size : size;
  }

  /** {@code int(value)} of a number: towards zero. */
  public static long truncated(double value) {
    if (Double.isNaN(value) || Math.abs(value) >= 0x1p63) {
      throw Refusal.limit("a whole number beyond 64 bits");
    }
    return (long) value;
  }

  /** {@code round(value, digits)}: the nearest, of two the even one; whole numbers stay whole. */
  public static Object round(Object value, int digits, String method) {
    if (method.equals("common") && Numbers.isWhole(value)) {
      if (digits < 0) {
        throw Refusal.unsupported("round() to tens");
      }
      return Numbers.index(value);
    }
    double number = Numbers.floating(value);
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return number;
    }
    if (method.equals("common")) {
      return new BigDecimal(number).setScale(digits, RoundingMode.HALF_EVEN).doubleValue();
    }
    double scale = Math.pow(10, digits);
    double scaled = number * scale;
    return (method.equals("ceil") ? Math.ceil(scaled) : Math.floor(scaled)) / scale;
  }
}
