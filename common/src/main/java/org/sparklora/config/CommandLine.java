package org.sparklora.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/** The command line and the {@code --config} file as given, before values are checked. */
final class CommandLine {
  private static final String FLAG = "flag";
  private static final char REPLACEMENT = '\ufffd';

  private final Options options;
  private final Map<String, Given> given = new HashMap<>();
  private final Problems problems = Problems.listed();
  private final Set<String> seen = new HashSet<>();
  private boolean helpWanted;

  private CommandLine(Options options) {
    this.options = options;
  }

  static CommandLine read(Options options, String... arguments) {
    CommandLine line = new CommandLine(options);
    line.readFlags(arguments);
    return line;
  }

  Map<String, Given> given() {
    return given;
  }

  Problems problems() {
    return problems;
  }

  boolean helpWanted() {
    return helpWanted;
  }

  private void readFlags(String... arguments) {
    String file = null;
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      if (!argument.startsWith("--") || argument.length() == 2) {
        problems.add(stray(argument));
        continue;
      }
      String[] parts = argument.substring(2).split("=", 2);
      String name = canonical(parts[0]);
      if (name.equals("help")) {
        helpWanted = true;
        continue;
      }
      String value = parts.length == 2 ? parts[1] : null;
      if (value == null && i + 1 < arguments.length && !arguments[i + 1].startsWith("--")) {
        value = arguments[++i];
      }
      checkCharacters(name, value);
      if (!seen.add(name) && !isRepeatable(name)) {
        problems.add(twice(name));
      } else if (name.equals("config")) {
        file = value == null ? "" : value;
      } else {
        take(name, value, FLAG);
      }
    }
    if (file != null) {
      readFile(file);
    }
  }

  private void take(String name, String value, String origin) {
    if (options.find(name).isEmpty()) {
      problems.add(unknown(name, origin));
      return;
    }
    Option option = options.find(name).get();
    boolean bare = value == null;
    if (bare && option.kind() != Option.Kind.BOOLEAN) {
      problems.add(
          "Cannot read --%s, it has no value: nothing after it (expected %s). Add the value."
              .formatted(name, option.expected()));
      return;
    }
    if (option.kind() == Option.Kind.TEXTS) {
      given.put(name, new Given(TextList.with(textsOf(name, origin), value), origin));
      return;
    }
    // A name may begin or end with a blank; in a file nobody would see that.
    boolean exact = option.kind() == Option.Kind.TEXT && origin.equals(FLAG);
    String text = bare ? "true" : exact ? value : value.strip();
    boolean lower = option.kind() == Option.Kind.BOOLEAN || option.kind() == Option.Kind.CHOICE;
    given.put(name, new Given(lower ? text.toLowerCase(Locale.ROOT) : text, origin));
  }

  private boolean isRepeatable(String name) {
    return options.find(name).filter(o -> o.kind() == Option.Kind.TEXTS).isPresent();
  }

  /** What this origin gave of a repeatable option so far. */
  private String textsOf(String name, String origin) {
    Given before = given.get(name);
    return before == null || !before.origin().equals(origin) ? TextList.NONE : before.value();
  }

  private void readFile(String file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      problems.add(
          "Cannot read the --config file, %s: %s (expected a UTF-8 .properties file). Check the path."
              .formatted(e.getClass().getSimpleName(), file));
      return;
    }
    Map<String, Given> flags = Map.copyOf(given);
    for (String key : new TreeSet<>(properties.stringPropertyNames())) {
      take(canonical(key), properties.getProperty(key), "file " + file);
    }
    given.putAll(flags);
  }

  private String unknown(String name, String origin) {
    String hint =
        options
            .nearest(name)
            .map(n -> "Did you mean --" + n + "?")
            .orElse("Run with --help for the list.");
    return "Cannot run %s, an option is unknown (%s): --%s (expected one of its options). %s"
        .formatted(options.job(), origin, name, hint);
  }

  private String stray(String argument) {
    return "Cannot run %s, an argument belongs to no option: %s (expected --name value). Remove it or quote the value."
        .formatted(options.job(), Settings.masked(argument));
  }

  private static String twice(String name) {
    return "Cannot read --%s, it is given twice (expected once; no flag is a list of flags). Remove one."
        .formatted(name);
  }

  /** What the JVM could not decode arrives as replacement characters. */
  private void checkCharacters(String name, String value) {
    if ((name + value).indexOf(REPLACEMENT) >= 0) {
      problems.add(
          "Cannot read --%s, the value holds bytes that this process could not decode: its encoding is %s (expected UTF-8 on both sides). Start it with LC_ALL=C.UTF-8, as submit/*.sh does."
              .formatted(
                  name.replace(REPLACEMENT, '?'),
                  System.getProperty("sun.jnu.encoding", "unknown")));
    }
  }

  private static String canonical(String name) {
    return name.replace('-', '_').toLowerCase(Locale.ROOT);
  }
}
