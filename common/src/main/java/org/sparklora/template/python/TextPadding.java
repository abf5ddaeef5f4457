package org.sparklora.template.python;

import org.sparklora.template.python.Arguments.Bound;

/** {@code center}, {@code ljust}, {@code rjust} and {@code zfill}. */
public final class TextPadding {
  private TextPadding() {}

  static String padded(String text, String name, Arguments arguments, Budget budget) {
    Bound bound = arguments.bind(name, "width", "fillchar");
    String fill = bound.has(1) ? bound.text(1) : " ";
    long missing = Numbers.index(bound.value(0)) - Sizes.length(text);
    if (Sizes.length(fill) != 1) {
      throw Refusal.type("The fill character must be exactly one character long");
    }
    if (missing <= 0) {
      return text;
    }
    budget.chargeProduct(fill.length(), missing);
    return switch (name) {
      case "ljust" -> text + fill.repeat((int) missing);
      case "rjust" -> fill.repeat((int) missing) + text;
      case "zfill" -> zeros(text, (int) missing);
      default -> centred(text, fill, missing);
    };
  }

  public static String centred(String text, long width, Budget budget) {
    long missing = width - Sizes.length(text);
    if (missing <= 0) {
      return text;
    }
    budget.chargeProduct(1, missing);
    return centred(text, " ", missing);
  }

  /** Of an odd number Python puts the extra one left if the width is odd. */
  private static String centred(String text, String fill, long missing) {
    long width = missing + Sizes.length(text);
    long left = missing / 2 + (missing & width & 1);
    return fill.repeat((int) left) + text + fill.repeat((int) (missing - left));
  }

  private static String zeros(String text, int missing) {
    boolean signed = text.startsWith("+") || text.startsWith("-");
    int digits = signed ? 1 : 0;
    return text.substring(0, digits) + "0".repeat(missing) + text.substring(digits);
  }
}
