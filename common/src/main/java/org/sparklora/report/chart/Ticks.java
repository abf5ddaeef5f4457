package org.sparklora.report.chart;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A range of numbers with round marks on it.
 *
 * @param low the first mark
 * @param step between marks: 1, 2 or 5 times a power of ten
 * @param count of steps, at least 1
 */
record Ticks(double low, double step, int count) {
  private static final double SMALLEST_PLAIN = 1e-4;
  private static final double LARGEST_PLAIN = 1e6;

  /** Part of the largest number that a range has at least: labels of less would all look alike. */
  private static final double SMALLEST_RANGE = 1e-4;

  /** Marks that hold all of a range, about {@code wanted} of them. */
  static Ticks around(double lowest, double highest, int wanted) {
    if (lowest == 0 && highest == 0) {
      return new Ticks(0, 1, 1);
    }
    double largest = Math.max(Math.abs(lowest), Math.abs(highest));
    double pad =
        highest > lowest
            ? Math.max(0, (largest * SMALLEST_RANGE - (highest - lowest)) / 2)
            : largest * 0.1;
    double from = lowest - pad;
    double to = highest + pad;
    double step = round((to - from) / wanted);
    double low = Math.floor(from / step + 1e-9) * step;
    int count = (int) Math.max(1, Math.ceil((to - low) / step - 1e-9));
    return new Ticks(low, step, count);
  }

  /** The same for numbers that are counted: steps of 1 at least. */
  static Ticks whole(double lowest, double highest, int wanted) {
    Ticks ticks = around(lowest, Math.max(highest, lowest + 1), wanted);
    return ticks.step >= 1 ? ticks : around(lowest, Math.max(highest, lowest + wanted), wanted);
  }

  double high() {
    return low + count * step;
  }

  /** Where a value lies, 0 to 1. */
  double part(double value) {
    return (value - low) / (high() - low);
  }

  List<Double> values() {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i <= count; i++) {
      values.add(low + i * step);
    }
    return values;
  }

  String label(double value) {
    double largest = Math.max(Math.abs(low), Math.abs(high()));
    if (Math.abs(value) < step / 1000) {
      return "0";
    }
    if (step < SMALLEST_PLAIN || largest >= LARGEST_PLAIN) {
      return scientific(value);
    }
    int decimals = (int) Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
    return BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP).toPlainString();
  }

  /** With the digits that tell it from its neighbours. */
  private String scientific(double value) {
    long digits = Math.round(power(Math.abs(value)) - power(step));
    return String.format(Locale.ROOT, "%." + Math.max(0, digits) + "e", value)
        .replaceFirst("\\.?0*e", "e")
        .replaceFirst("e([+-])0*", "e$1")
        .replace("e+", "e");
  }

  private static double power(double value) {
    return Math.floor(Math.log10(value) + 1e-9);
  }

  private static double round(double step) {
    double power = Math.pow(10, Math.floor(Math.log10(step)));
    double digits = step / power;
    if (digits <= 1 + 1e-9) {
      return power;
    }
    return digits <= 2 + 1e-9 ? 2 * power : digits <= 5 + 1e-9 ? 5 * power : 10 * power;
  }
}
