package org.sparklora.similarity;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Locale;
import java.util.regex.Pattern;

/** Whether an answer is the right one, as it is or in its normal form. */
public final class Matches {
  private static final String QUOTES =
      "\"'`\\u00ab\\u00bb\\u2018\\u2019\\u201c\\u201d\\u300c-\\u300f\\u300a\\u300b";
  private static final String ENDS = ".!?;:,\\u3002\\u3001\\u2026";

  private static final Pattern BLANKS = Pattern.compile("[\\s\\u00a0\\u2028\\u2029]+");
  private static final Pattern OUTSIDE =
      Pattern.compile("\\A[" + QUOTES + " ]+|[" + QUOTES + ENDS + " ]+\\z");

  private static final Pattern BESIDE_ALONE =
      Pattern.compile(
          "(?<=[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}]) |"
              + " (?=[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}])");

  private Matches() {}

  /** Equal without blanks at both ends, as the predict job counts. */
  public static boolean exact(String prediction, String target) {
    return prediction.strip().equals(target.strip());
  }

  public static boolean normalised(String prediction, String target) {
    return normal(prediction).equals(normal(target));
  }

  /**
   * NFKC in lower case, blanks one each and none beside Han and kana, without quotes around it and
   * without the marks that end a sentence. What remains of a text of marks alone is the text.
   */
  static String normal(String text) {
    String lower = Normalizer.normalize(text, Form.NFKC).toLowerCase(Locale.ROOT);
    String spaced = BLANKS.matcher(lower).replaceAll(" ").strip();
    String joined = BESIDE_ALONE.matcher(spaced).replaceAll("");
    String bare = OUTSIDE.matcher(joined).replaceAll("");
    return bare.isEmpty() ? joined : bare;
  }
}
