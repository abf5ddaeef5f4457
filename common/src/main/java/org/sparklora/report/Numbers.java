package org.sparklora.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.regex.Pattern;

/** Numbers as a reader wants them. */
final class Numbers {
  private static final Pattern LONG =
      Pattern.compile("-?\\d+\\.\\d{5,}([eE]-?\\d+)?|-?\\d+\\.\\d+[eE]-?\\d+");
  private static final int DIGITS = 5;

  private Numbers() {}

  /** A decimal with five digits; any other text as it is. */
  static String shortened(String text) {
    if (!LONG.matcher(text).matches()) {
      return text;
    }
    BigDecimal rounded = new BigDecimal(text).round(new MathContext(DIGITS));
    return Math.abs(rounded.doubleValue()) < 1e-3
        ? "%.3g".formatted(rounded.doubleValue())
        : rounded.toPlainString();
  }
}
