package org.sparklora.text.bytelevel;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.sparklora.text.encoder.IdBuffer;
import org.sparklora.text.encoder.LaterCharacters;
import org.sparklora.text.encoder.Utf8;

/**
 * Splits around the matches of a pattern from the file, which is written for Oniguruma. Java reads
 * it alike as far as {@link #PLAIN} goes.
 *
 * @param keepsGaps whether what no match covers are words too
 */
record RegexWords(Pattern pattern, boolean keepsGaps) implements WordSplitter {
  private static final int FLAGS =
      Pattern.UNICODE_CHARACTER_CLASS | Pattern.MULTILINE | Pattern.UNIX_LINES;

  private static final String ESCAPE =
      "\\\\(?:[pP]\\{(?:L[utlmo]?|N[dlo]?|P|S|M|Z)\\}|[sSrnt]|[^\\p{Alnum}])";

  /** Parts of patterns that mean the same to both: no other escapes, no class inside a class. */
  private static final Pattern PLAIN =
      Pattern.compile(
          String.join(
              "|",
              ESCAPE,
              "\\[\\^?(?:" + ESCAPE + "|[^\\\\\\[\\]&]++|&(?!&))+\\]",
              "\\((?!\\?)|\\(\\?(?:i?:|[!=])",
              "\\{\\d+(?:,\\d*)?\\}(?!\\+)",
              "[^\\\\\\[\\](){}]",
              "\\)"));

  /** The splitter of a regular expression, if Java reads it as the library does. */
  static Optional<WordSplitter> of(String regex, boolean keepsGaps) {
    try {
      return isPlain(regex)
          ? Optional.of(new RegexWords(Pattern.compile(regex, FLAGS), keepsGaps))
          : Optional.empty();
    } catch (PatternSyntaxException e) {
      return Optional.empty();
    }
  }

  private static boolean isPlain(String regex) {
    Matcher part = PLAIN.matcher(regex);
    int at = 0;
    while (at < regex.length() && part.region(at, regex.length()).lookingAt()) {
      at = part.end();
    }
    return at == regex.length();
  }

  /** The splitter of a plain string. */
  static WordSplitter ofString(String text, boolean keepsGaps) {
    return new RegexWords(Pattern.compile(Pattern.quote(text)), keepsGaps);
  }

  @Override
  public void split(byte[] text, int from, int to, IdBuffer ends) {
    String characters =
        LaterCharacters.known(new String(text, from, to - from, StandardCharsets.UTF_8));
    Matcher matcher = pattern.matcher(characters);
    int done = 0; // characters
    int at = from; // bytes
    while (matcher.find()) {
      if (matcher.end() == matcher.start()) {
        continue;
      }
      if (matcher.start() > done) {
        at = advance(text, at, characters, done, matcher.start());
        ends.add(keepsGaps ? at : ~at);
      }
      at = advance(text, at, characters, matcher.start(), matcher.end());
      ends.add(at);
      done = matcher.end();
    }
    if (done < characters.length()) {
      ends.add(keepsGaps ? to : ~to);
    }
  }

  /** The byte behind as many characters as {@code characters[from, to)} has. */
  private static int advance(byte[] text, int at, String characters, int from, int to) {
    int end = at;
    for (int i = from; i < to; i++) {
      if (!Character.isLowSurrogate(characters.charAt(i))) {
        end += Utf8.length(text[end]);
      }
    }
    return end;
  }
}
