package org.sparklora.similarity;

import java.lang.Character.UnicodeBlock;
import java.lang.Character.UnicodeScript;
import java.util.Set;

/** Which characters are words of their own, because their script puts no blanks between words. */
final class Scripts {
  private static final Set<UnicodeScript> ALONE =
      Set.of(UnicodeScript.HAN, UnicodeScript.HIRAGANA, UnicodeScript.KATAKANA);

  private static final Set<UnicodeScript> LATIN_OR_NONE =
      Set.of(UnicodeScript.LATIN, UnicodeScript.COMMON, UnicodeScript.INHERITED);

  private static final Set<UnicodeBlock> WIDE_MARKS =
      Set.of(
          UnicodeBlock.CJK_SYMBOLS_AND_PUNCTUATION,
          UnicodeBlock.HALFWIDTH_AND_FULLWIDTH_FORMS,
          UnicodeBlock.CJK_COMPATIBILITY_FORMS,
          UnicodeBlock.VERTICAL_FORMS);

  private Scripts() {}

  /** Han and kana. */
  static boolean isAlone(int character) {
    return ALONE.contains(UnicodeScript.of(character));
  }

  /** Han and kana, and the marks that stand between them. */
  static boolean isAloneOrItsMark(int character) {
    return isAlone(character) || WIDE_MARKS.contains(UnicodeBlock.of(character));
  }

  /**
   * A letter or mark of a script other than Latin, or a digit beyond ASCII. Latin letters beyond a
   * to z end a word, as in rouge-score.
   */
  static boolean isForeignWord(int character) {
    boolean letter = Character.isLetter(character) || isMark(character);
    return Character.isDigit(character)
        || (letter && !LATIN_OR_NONE.contains(UnicodeScript.of(character)));
  }

  private static boolean isMark(int character) {
    int type = Character.getType(character);
    return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
  }
}
