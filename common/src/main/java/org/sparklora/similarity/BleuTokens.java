package org.sparklora.similarity;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A text's tokens as BLEU compares them: mteval's rules, which sacrebleu calls 13a, behind one of
 * ours: Han, kana and the marks between them each stand by itself, as with sacrebleu's zh.
 */
final class BleuTokens {
  /** What Python calls white space. */
  private static final String BLANK =
      "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";

  private static final Pattern BLANKS = Pattern.compile(BLANK + "+");
  private static final Pattern LAST_BLANKS = Pattern.compile(BLANK + "+\\z");
  private static final Pattern SYMBOL = Pattern.compile("([{-~\\[-` -&(-+:-@/])");
  private static final Pattern POINT_AFTER_OTHER = Pattern.compile("([^0-9])([.,])");
  private static final Pattern POINT_BEFORE_OTHER = Pattern.compile("([.,])([^0-9])");
  private static final Pattern DASH_AFTER_DIGIT = Pattern.compile("([0-9])(-)");

  private BleuTokens() {}

  static List<String> of(String text) {
    String line = " " + plain(LAST_BLANKS.matcher(text).replaceFirst("")) + " ";
    line = SYMBOL.matcher(line).replaceAll(" $1 ");
    line = POINT_AFTER_OTHER.matcher(line).replaceAll("$1 $2 ");
    line = POINT_BEFORE_OTHER.matcher(line).replaceAll(" $1 $2");
    line = DASH_AFTER_DIGIT.matcher(line).replaceAll("$1 $2 ");
    return Arrays.stream(BLANKS.split(line)).filter(t -> !t.isEmpty()).toList();
  }

  private static String plain(String text) {
    String line = text.replace("<skipped>", "").replace("-\n", "").replace("\n", " ");
    if (line.indexOf('&') >= 0) {
      line = line.replace("&quot;", "\"").replace("&amp;", "&");
      line = line.replace("&lt;", "<").replace("&gt;", ">");
    }
    return apart(line);
  }

  private static String apart(String line) {
    StringBuilder apart = new StringBuilder(line.length() + 16);
    line.codePoints()
        .forEach(
            character -> {
              if (Scripts.isAloneOrItsMark(character)) {
                apart.append(' ').appendCodePoint(character).append(' ');
              } else {
                apart.appendCodePoint(character);
              }
            });
    return apart.toString();
  }
}
