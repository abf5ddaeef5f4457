package org.sparklora.adapter;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.sparklora.Failure;

/**
 * A regular expression out of an adapter's config, in Python's words. It comes from a file, so it
 * may not take for ever.
 */
final class PythonRegex {
  private static final int MOST_LOOKS = 1_000_000;

  private final String key;
  private final String text;
  private final Pattern pattern;

  /** {@code key} of the config names it in messages. */
  PythonRegex(String key, String text) {
    this.key = key;
    this.text = text;
    try {
      this.pattern =
          Pattern.compile(text.replace("(?P<", "(?<").replaceAll("\\(\\?P=(\\w+)\\)", "\\\\k<$1>"));
    } catch (PatternSyntaxException e) {
      throw refused("is no regular expression", e.getDescription());
    }
  }

  /** {@code re.fullmatch}. */
  boolean isWhole(String name) {
    return matcher(name).matches();
  }

  /** The first group of {@code re.match}, if it matches. */
  Optional<String> firstGroup(String name) {
    Matcher matcher = matcher(name);
    return matcher.lookingAt() ? Optional.ofNullable(matcher.group(1)) : Optional.empty();
  }

  private Matcher matcher(String name) {
    return pattern.matcher(new Counted(name, this, new int[1]));
  }

  private Failure refused(String why, Object actual) {
    return Failure.input(
        "Cannot use the adapter's config, '%s' %s: %s in %s (expected one that Java reads, too). Write the modules' names instead."
            .formatted(key, why, actual, text));
  }

  /** Characters that may be looked at only so often, by all views together. */
  private record Counted(CharSequence text, PythonRegex regex, int[] looks)
      implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++looks[0] > MOST_LOOKS) {
        throw regex.refused("takes too long", MOST_LOOKS + " steps for one name");
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Counted(text.subSequence(start, end), regex, looks);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
