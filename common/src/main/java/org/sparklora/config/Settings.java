package org.sparklora.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.sparklora.Failure;
import org.sparklora.VisibleText;

/**
 * The options of one run as values with their origin: flags first, then the {@code --config} file,
 * then defaults.
 *
 * <p>Problems are collected, not thrown, until {@link #build}: the user sees all of them at once.
 */
public final class Settings {
  private static final Pattern CREDENTIALS = Pattern.compile("(\\w+://)[^/@\\s]*@");

  private final Options options;
  private final Map<String, Given> given;
  private final Problems problems;
  private final boolean helpWanted;

  private Settings(Options options, CommandLine line, Map<String, Given> given) {
    this.options = options;
    this.given = given;
    this.problems = line.problems();
    this.helpWanted = line.helpWanted();
  }

  /** Reads {@code arguments} and the file that {@code --config} names. */
  public static Settings parse(Options options, String... arguments) {
    CommandLine line = CommandLine.read(options, arguments);
    Map<String, Given> given = new LinkedHashMap<>();
    for (Option option : options.all()) {
      Given value = line.given().get(option.name());
      if (value == null) {
        value = option.fallback().map(v -> new Given(v, "default")).orElse(null);
      }
      if (value != null) {
        given.put(option.name(), value);
      }
    }
    Settings settings = new Settings(options, line, given);
    settings.checkValues();
    return settings;
  }

  /** Whether {@code --help} was among the arguments. */
  public boolean helpWanted() {
    return helpWanted;
  }

  /**
   * Makes the job's validated record, or fails with every problem of the command line, the file and
   * the record together.
   */
  public <T> T build(Function<Settings, T> record) {
    if (problems.isEmpty()) {
      return record.apply(this);
    }
    if (readable()) {
      problems.in(() -> record.apply(this));
    }
    throw problems.failure();
  }

  public String text(String name) {
    return optional(name).orElseThrow(() -> new IllegalStateException("no default: " + name));
  }

  /** The value, or nothing where none was given and there is no default. */
  public Optional<String> optional(String name) {
    if (options.find(name).isEmpty()) {
      throw new IllegalArgumentException("no such option: " + name);
    }
    return Optional.ofNullable(given.get(name)).map(Given::value);
  }

  /** The texts of a repeatable option, none where it was not given. */
  public List<String> texts(String name) {
    return optional(name).map(TextList::texts).orElse(List.of());
  }

  /** The value with its origin, where the user gave it. */
  public Optional<Given> given(String name) {
    return isGiven(name) ? Optional.of(given.get(name)) : Optional.empty();
  }

  public boolean flag(String name) {
    return Boolean.parseBoolean(text(name));
  }

  public int whole(String name) {
    long value = longWhole(name);
    if (value != (int) value) {
      throw Failure.usage(
          "Cannot read --%s, the number is too large: %d (expected at most %d). Change it."
              .formatted(name, value, Integer.MAX_VALUE));
    }
    return (int) value;
  }

  public long longWhole(String name) {
    return Long.parseLong(text(name));
  }

  public double decimal(String name) {
    return Double.parseDouble(text(name));
  }

  public Duration duration(String name) {
    return Option.duration(text(name));
  }

  /** The value of an option whose choices are these. */
  public <E extends Enum<E>> E choice(String name, Class<E> values) {
    String word = text(name);
    return Arrays.stream(values.getEnumConstants())
        .filter(v -> Option.word(v).equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such choice: " + word));
  }

  /** Whether the user gave it, as a flag or in the file. */
  public boolean isGiven(String name) {
    return given.containsKey(name) && !given.get(name).origin().equals("default");
  }

  /** What {@code --size_limits} says, at least 1. */
  public int sizeLimits() {
    int factor = whole("size_limits");
    Problems.of("run " + options.job())
        .positive("size_limits", factor, "Leave it out for the usual limits")
        .failIfAny();
    return factor;
  }

  /** Whether {@code --quiet} was given. */
  public boolean isQuiet() {
    return flag("quiet");
  }

  /** Whether {@code --verbose} was given. */
  public boolean isVerbose() {
    return flag("verbose");
  }

  /**
   * One line per value with its origin; credentials inside URIs are left out. Values that are the
   * defaults are shown to those only who want details.
   */
  public String describe() {
    StringBuilder text = new StringBuilder(options.job() + " settings:");
    given.forEach(
        (name, v) -> {
          if (isVerbose() || !isDefault(name, v)) {
            text.append("\n  %s = %s (%s)".formatted(name, shown(v.value()), shown(v.origin())));
          }
        });
    return text.toString();
  }

  private boolean isDefault(String name, Given value) {
    return options.find(name).flatMap(Option::fallback).filter(value.value()::equals).isPresent();
  }

  private static String shown(String value) {
    return VisibleText.of(masked(value));
  }

  /** A value without the credentials inside its URIs. */
  public static String masked(String value) {
    return CREDENTIALS.matcher(value).replaceAll("$1***@");
  }

  private void checkValues() {
    List<String> wrong = new ArrayList<>();
    for (Option option : options.all()) {
      Given value = given.get(option.name());
      if (value == null) {
        checkPresence(option);
      } else if (!option.accepts(value.value())) {
        wrong.add(option.name());
        problems.add(
            "Cannot read --%s, the value (%s) does not fit: %s (expected %s). Change it."
                .formatted(
                    option.name(), value.origin(), masked(value.value()), option.expected()));
      }
    }
    checkLoudness();
    for (String name : wrong) {
      given.remove(name);
      options
          .find(name)
          .flatMap(Option::fallback)
          .ifPresent(v -> given.put(name, new Given(v, "default")));
    }
  }

  private void checkLoudness() {
    if (isQuiet() && isVerbose()) {
      problems.add(
          "Cannot run %s, --quiet and --verbose are opposites: both are true (expected one at most). Leave one out."
              .formatted(options.job()));
    }
  }

  private void checkPresence(Option option) {
    if (option.required() && !helpWanted) {
      problems.add(
          "Cannot run %s, --%s is missing: nothing given (expected %s). Add the flag."
              .formatted(options.job(), option.name(), option.expected()));
    }
  }

  /** Whether every required option has a value, in spite of problems. */
  private boolean readable() {
    return options.all().stream().allMatch(o -> given.containsKey(o.name()) || !o.required());
  }
}
