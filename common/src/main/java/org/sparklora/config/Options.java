package org.sparklora.config;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** All options of one job, in the order {@code --help} shows them; those of every job are last. */
public final class Options {
  private static final Option VERBOSE =
      Option.flag("verbose", "Print all settings, details and the stack traces of failures.")
          .mayDiffer();

  private static final Option QUIET =
      Option.flag("quiet", "Print results, warnings and failures only.").mayDiffer();

  private static final Option SIZE_LIMITS =
      Option.whole("size_limits", "Multiplies the limits on sizes that files state.")
          .defaultsTo("1")
          .mayDiffer();

  private final String job;
  private final String summary;
  private final Map<String, Option> byName = new LinkedHashMap<>();

  private Options(String job, String summary) {
    this.job = job;
    this.summary = summary;
  }

  public static Options of(String job, String summary, List<Option> options) {
    Options all = new Options(job, summary);
    options.forEach(o -> all.byName.put(o.name(), o));
    all.byName.put(SIZE_LIMITS.name(), SIZE_LIMITS);
    all.byName.put(QUIET.name(), QUIET);
    all.byName.put(VERBOSE.name(), VERBOSE);
    return all;
  }

  public String job() {
    return job;
  }

  /** The text of {@code --help}. */
  public String help() {
    StringBuilder text = new StringBuilder();
    text.append(job).append(": ").append(summary).append("\n\n");
    text.append("Options (underscores or hyphens; --name value or --name=value):\n");
    text.append(
        "  --config FILE\n      a .properties file with any of the options below; flags win\n");
    for (Option option : byName.values()) {
      text.append(
          "  --%s %s%n      %s%s%n"
              .formatted(option.name(), shape(option), option.help(), note(option)));
    }
    return text.toString();
  }

  Optional<Option> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  Collection<Option> all() {
    return byName.values();
  }

  /** The known name closest to a mistyped one, if any is close. */
  Optional<String> nearest(String name) {
    return NearestWord.among(byName.keySet(), name);
  }

  private static String shape(Option option) {
    return switch (option.kind()) {
      case BOOLEAN -> "[true|false]";
      case TEXTS -> "TEXT …";
      case CHOICE -> String.join("|", option.choices());
      default -> option.kind().name().toUpperCase(Locale.ROOT);
    };
  }

  private static String note(Option option) {
    if (option.required()) {
      return " (has to be given)";
    }
    return option.fallback().filter(v -> !v.isEmpty()).map(v -> " (default " + v + ")").orElse("");
  }
}
