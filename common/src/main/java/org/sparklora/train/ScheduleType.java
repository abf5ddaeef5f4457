package org.sparklora.train;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** How the learning rate goes on after the warm-up, in transformers' words. */
public enum ScheduleType {
  /** Straight down to 0 at the run's last step. */
  LINEAR,
  /** Down to 0 along half a wave. */
  COSINE,
  /** The highest rate from the first step on, without a warm-up. */
  CONSTANT,
  CONSTANT_WITH_WARMUP;

  /** As the flag and files spell it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<String> words() {
    return Stream.of(values()).map(ScheduleType::word).toList();
  }

  static ScheduleType of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  boolean warmsUp() {
    return this != CONSTANT;
  }

  /** The rate {@code passed} updates behind the warm-up, of {@code all} that are behind it. */
  double rate(double highest, long passed, long all) {
    return switch (this) {
      case LINEAR -> highest * Math.max(0, all - passed) / Math.max(1, all);
      case COSINE -> {
        double part = Math.min(1, (double) passed / Math.max(1, all));
        yield highest * Math.max(0, 0.5 * (1 + Math.cos(Math.PI * part)));
      }
      case CONSTANT, CONSTANT_WITH_WARMUP -> highest;
    };
  }
}
