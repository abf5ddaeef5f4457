package org.sparklora.config;

import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

/**
 * Collects what is wrong with a configuration, so that the user sees all of it at once.
 *
 * <p>Flags are named without hyphens. {@code advice} is a sentence without its full stop: what to
 * give instead.
 */
public final class Problems {
  private final String opening;
  private final List<String> found = new ArrayList<>();

  private Problems(String opening) {
    this.opening = opening;
  }

  /** Of one job: a line for each problem, {@code Cannot <action>, <problem>}. */
  public static Problems of(String action) {
    return new Problems("Cannot " + action + ", ");
  }

  /** Parts of a sentence that {@link #failIfAny(String, String)} completes. */
  public static Problems listed() {
    return new Problems("");
  }

  void add(String problem) {
    found.add(opening + problem);
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  /** Notes a problem unless {@code fine}. */
  public Problems unless(boolean fine, String problem) {
    if (!fine) {
      add(problem);
    }
    return this;
  }

  public Problems positive(String flag, long value, String advice) {
    return unless(
        value > 0,
        "--%s is not positive: %d (expected at least 1). %s.".formatted(flag, value, advice));
  }

  public Problems positive(String flag, double value, String advice) {
    return unless(value > 0, notPositive(flag, value, advice));
  }

  public Problems positive(String flag, Duration value, String advice) {
    return unless(value.toMillis() > 0, notPositive(flag, value, advice));
  }

  public Problems notNegative(String flag, long value, String advice) {
    return unless(value >= 0, negative(flag, value, advice));
  }

  public Problems notNegative(String flag, double value, String advice) {
    return unless(value >= 0, negative(flag, value, advice));
  }

  /** A range in the words of {@code expected}. */
  public Problems within(boolean range, String flag, Object value, String expected, String advice) {
    return unless(
        range,
        "--%s is out of range: %s (expected %s). %s.".formatted(flag, value, expected, advice));
  }

  /** A part of a whole, 0 to 1. */
  public Problems fraction(String flag, double value, String advice) {
    return within(value >= 0 && value <= 1, flag, value, "0 to 1", advice);
  }

  public Problems notBlank(String flag, String value) {
    return unless(
        !value.isBlank(),
        "--%s is empty: '%s' (expected a text). Give it a value.".formatted(flag, value));
  }

  /** The name of an encoding that Java knows. */
  public Problems encoding(String flag, String value) {
    return unless(
        isEncoding(value),
        "--%s is unknown: %s (expected a name such as UTF-8, GB18030 or UTF-16LE). Correct it."
            .formatted(flag, value));
  }

  private static boolean isEncoding(String name) {
    try {
      return Charset.isSupported(name);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Two flags that name different fields of the input. */
  public Problems different(String flag, String value, String otherFlag, String otherValue) {
    return unless(
        value.isBlank() || !value.equals(otherValue),
        "--%s and --%s are the same: %s (expected two fields). Change one."
            .formatted(flag, otherFlag, value));
  }

  /** The record, or null with its problems noted; then {@link #failIfAny} has to follow. */
  public <T> T in(Supplier<T> record) {
    try {
      return record.get();
    } catch (Failure e) {
      found.addAll(e.sentences());
      return null;
    }
  }

  /** Fails with a line for each problem. */
  public void failIfAny() {
    if (!found.isEmpty()) {
      throw failure();
    }
  }

  Failure failure() {
    return new Failure(ExitCode.USAGE, found);
  }

  /**
   * Fails with one sentence for all problems, which stand between {@code before} and {@code after}.
   */
  public void failIfAny(String before, String after) {
    if (!found.isEmpty()) {
      throw Failure.usage(before + String.join("; ", found) + after);
    }
  }

  private static String notPositive(String flag, Object value, String advice) {
    return "--%s is not positive: %s (expected above 0). %s.".formatted(flag, value, advice);
  }

  private static String negative(String flag, Object value, String advice) {
    return "--%s is negative: %s (expected at least 0). %s.".formatted(flag, value, advice);
  }
}
