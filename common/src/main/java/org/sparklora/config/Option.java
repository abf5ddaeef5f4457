package org.sparklora.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One option of a job: its name (with underscores), what a value looks like, the value when none is
 * given, and one sentence for {@code --help}.
 *
 * @param choices the words a {@link Kind#CHOICE} takes, empty for the other kinds
 * @param fallback the default; empty when the option may be left out or has to be given
 * @param identity what the value means when interrupted work is resumed
 */
public record Option(
    String name,
    Kind kind,
    List<String> choices,
    Optional<String> fallback,
    boolean required,
    Identity identity,
    String help) {
  /** More than that no clock of a JVM can count. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  /** What a value looks like. */
  public enum Kind {
    TEXT("text"),
    TEXTS("text"),
    BOOLEAN("true or false"),
    WHOLE("a whole number"),
    DECIMAL("a number"),
    DURATION("a time such as 90s, 5min or 1h"),
    CHOICE("one of a few words");

    private final String looks;

    Kind(String looks) {
      this.looks = looks;
    }
  }

  /** Whether a value belongs to what the work is, so that resuming needs the same one. */
  public enum Identity {
    /** Another value is other work. */
    AS_GIVEN,
    /** What the value resolves to counts, not its spelling. */
    AS_RESOLVED,
    /** Any value will do. */
    NONE
  }

  public static Option text(String name, String help) {
    return of(name, Kind.TEXT, List.of(), help);
  }

  /** An option that may be given several times; its texts are kept as they are. */
  public static Option texts(String name, String help) {
    return of(name, Kind.TEXTS, List.of(), help);
  }

  /** An option that is false unless given; the bare flag means true. */
  public static Option flag(String name, String help) {
    return of(name, Kind.BOOLEAN, List.of(), help).defaultsTo("false");
  }

  public static Option whole(String name, String help) {
    return of(name, Kind.WHOLE, List.of(), help);
  }

  public static Option decimal(String name, String help) {
    return of(name, Kind.DECIMAL, List.of(), help);
  }

  public static Option duration(String name, String help) {
    return of(name, Kind.DURATION, List.of(), help);
  }

  public static Option choice(String name, String help, List<String> choices) {
    return of(name, Kind.CHOICE, choices, help);
  }

  /** One of an enum's values, in lower case and with hyphens. */
  public static <E extends Enum<E>> Option choice(String name, String help, Class<E> values) {
    return choice(name, help, Arrays.stream(values.getEnumConstants()).map(Option::word).toList());
  }

  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public Option defaultsTo(String value) {
    return new Option(name, kind, choices, Optional.of(value), false, identity, help);
  }

  public Option mustBeGiven() {
    return new Option(name, kind, choices, Optional.empty(), true, identity, help);
  }

  /** Resumed work may have another value. */
  public Option mayDiffer() {
    return is(Identity.NONE);
  }

  /** Resumed work may spell the value differently if it resolves to the same. */
  public Option comparedAsResolved() {
    return is(Identity.AS_RESOLVED);
  }

  private Option is(Identity other) {
    return new Option(name, kind, choices, fallback, required, other, help);
  }

  private static Option of(String name, Kind kind, List<String> choices, String help) {
    return new Option(
        name, kind, List.copyOf(choices), Optional.empty(), false, Identity.AS_GIVEN, help);
  }

  /** What a value has to look like, in words. */
  String expected() {
    return kind == Kind.CHOICE ? String.join("|", choices) : kind.looks;
  }

  boolean accepts(String value) {
    return switch (kind) {
      case TEXT, TEXTS -> true;
      case BOOLEAN -> value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
      case WHOLE -> reads(() -> Long.parseLong(value));
      case DECIMAL -> reads(() -> finite(value));
      case DURATION -> reads(() -> duration(value));
      case CHOICE -> choices.contains(value);
    };
  }

  static Duration duration(String value) {
    String number = value.replaceFirst("[a-z]+$", "");
    long amount = Long.parseLong(number);
    try {
      Duration read = duration(amount, value.substring(number.length()), value);
      if (read.abs().compareTo(LONGEST) <= 0) {
        return read;
      }
    } catch (ArithmeticException e) {
      // Longer still.
    }
    throw new NumberFormatException(value);
  }

  private static Duration duration(long amount, String unit, String value) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(amount);
      case "", "s" -> Duration.ofSeconds(amount);
      case "m", "min" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> throw new NumberFormatException(value);
    };
  }

  private static double finite(String value) {
    double number = Double.parseDouble(value);
    if (!Double.isFinite(number)) {
      throw new NumberFormatException(value);
    }
    return number;
  }

  private static boolean reads(Runnable parse) {
    try {
      parse.run();
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
