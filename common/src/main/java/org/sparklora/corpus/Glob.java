package org.sparklora.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.sparklora.Failure;

/**
 * A pattern of names: {@code *} and {@code ?} within a name, classes {@code [a-z]} and {@code
 * [!a]}, {@code **} for none or more folders, and braces, whose alternatives may hold slashes. A
 * backslash takes the character behind it as it is.
 */
final class Glob {
  private static final Pattern WILDCARD = Pattern.compile("[*?\\[{\\\\]");
  private static final int MOST = 1_000; // alternatives

  private final String glob;

  private Glob(String glob) {
    this.glob = glob;
  }

  static boolean isGlob(String text) {
    return WILDCARD.matcher(text).find();
  }

  /** The alternatives that braces make, each as its parts between slashes. */
  static List<List<Part>> of(String glob) {
    Glob whole = new Glob(glob);
    List<List<Part>> alternatives = new ArrayList<>();
    for (String alternative : whole.expanded(glob)) {
      List<Part> parts = new ArrayList<>();
      for (String part : alternative.split("/", 0)) {
        if (!part.isEmpty()) {
          parts.add(new Part(part.equals("**"), isHidden(part), whole.pattern(part)));
        }
      }
      alternatives.add(parts);
    }
    return alternatives;
  }

  /** Whether a file or folder is left out unless it is asked for by its first character. */
  static boolean isHidden(String name) {
    return name.startsWith(".") || name.startsWith("_");
  }

  /**
   * What one name has to be.
   *
   * @param isAnyFolders whether it is {@code **}
   * @param asksForHidden whether it begins with the dot or underscore of hidden names
   */
  record Part(boolean isAnyFolders, boolean asksForHidden, Pattern name) {
    boolean matches(String candidate) {
      return (asksForHidden || !isHidden(candidate)) && name.matcher(candidate).matches();
    }
  }

  private List<String> expanded(String text) {
    int open = find(text, 0, "{");
    if (open < 0) {
      if (find(text, 0, "}") >= 0) {
        throw notUnderstood("} has no {");
      }
      return List.of(text);
    }
    int close = behindBraces(text, open);
    List<String> all = new ArrayList<>();
    for (String choice : choices(text.substring(open + 1, close))) {
      all.addAll(expanded(text.substring(0, open) + choice + text.substring(close + 1)));
      if (all.size() > MOST) {
        throw notUnderstood("braces make more than " + MOST + " alternatives");
      }
    }
    return all;
  }

  /** Index of the brace that closes the one at {@code open}. */
  private int behindBraces(String text, int open) {
    int depth = 0;
    for (int at = open; at >= 0; at = find(text, at + 1, "{}")) {
      depth += text.charAt(at) == '{' ? 1 : -1;
      if (depth == 0) {
        return at;
      }
    }
    throw notUnderstood("{ is not closed");
  }

  private static List<String> choices(String inner) {
    List<String> choices = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int at = find(inner, 0, "{},"); at >= 0; at = find(inner, at + 1, "{},")) {
      char found = inner.charAt(at);
      depth += found == '{' ? 1 : found == '}' ? -1 : 0;
      if (found == ',' && depth == 0) {
        choices.add(inner.substring(start, at));
        start = at + 1;
      }
    }
    choices.add(inner.substring(start));
    return choices;
  }

  /** Index of the next of these characters that no backslash stands before and no class holds. */
  private static int find(String text, int from, String wanted) {
    for (int at = from; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '\\') {
        at++;
      } else if (wanted.indexOf(c) >= 0) {
        return at;
      }
    }
    return -1;
  }

  private Pattern pattern(String part) {
    StringBuilder regex = new StringBuilder();
    for (int at = 0; at < part.length(); at++) {
      char c = part.charAt(at);
      switch (c) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        case '[' -> {
          int close = endOfClass(part, at);
          regex.append(characters(part.substring(at + 1, close)));
          at = close;
        }
        case '\\' -> {
          if (++at == part.length()) {
            throw notUnderstood("nothing follows \\");
          }
          regex.append(Pattern.quote(part.substring(at, at + 1)));
        }
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return compiled(regex.toString());
  }

  /** A closing bracket that comes first is one of the characters. */
  private int endOfClass(String part, int open) {
    int first = open + 1 < part.length() && "!^".indexOf(part.charAt(open + 1)) >= 0 ? 2 : 1;
    int close = part.indexOf(']', open + first + 1);
    if (close < 0) {
      throw notUnderstood("[ is not closed");
    }
    return close;
  }

  private static String characters(String inner) {
    boolean negated = inner.startsWith("!") || inner.startsWith("^");
    String members = (negated ? inner.substring(1) : inner).replaceAll("[\\[\\]\\\\&^]", "\\\\$0");
    return (negated ? "[^" : "[") + members + "]";
  }

  private Pattern compiled(String regex) {
    try {
      return Pattern.compile(regex, Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw notUnderstood("a class is no range of characters");
    }
  }

  private Failure notUnderstood(String why) {
    return Failure.usage(
        "Cannot read --input_file, the pattern is not understood, %s: %s (expected * ? [a-z] [!a] {a,b} or **). Correct it, or write \\ before a character that means itself."
            .formatted(why, glob));
  }
}
