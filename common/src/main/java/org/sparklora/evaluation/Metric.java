package org.sparklora.evaluation;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What says that one evaluation is better than another. */
public enum Metric {
  LOSS,
  TOKEN_ACCURACY;

  double of(Evaluation evaluation) {
    return switch (this) {
      case LOSS -> evaluation.loss();
      case TOKEN_ACCURACY -> evaluation.tokenAccuracy();
    };
  }

  /** How much better {@code value} is than {@code other}; negative where it is worse. */
  double gain(double value, double other) {
    return switch (this) {
      case LOSS -> other - value;
      case TOKEN_ACCURACY -> value - other;
    };
  }

  /** As the flag spells it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As messages say it. */
  public String inWords() {
    return word().replace('_', ' ');
  }

  public static List<String> words() {
    return Stream.of(values()).map(Metric::word).toList();
  }

  /** The metric of a flag's word. */
  public static Metric of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
