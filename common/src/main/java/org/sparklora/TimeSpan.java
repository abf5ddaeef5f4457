package org.sparklora;

import java.time.Duration;

/** Time that passed, or will, as people are told of it. */
public final class TimeSpan {
  private TimeSpan() {}

  /** Hours, minutes and seconds, rounded: {@code 1:02:03}. */
  public static String text(double seconds) {
    Duration span = Duration.ofSeconds(Math.max(0, Math.round(seconds)));
    return "%d:%02d:%02d".formatted(span.toHours(), span.toMinutesPart(), span.toSecondsPart());
  }
}
