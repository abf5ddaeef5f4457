package org.sparklora.template.python;

import java.util.Locale;

/** Upper and lower case as Python's {@code str} has them. */
public final class Casing {
  private Casing() {}

  public static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  public static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  public static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int end = text.offsetByCodePoints(0, 1);
    return titled(text.substring(0, end)) + lower(text.substring(end));
  }

  /** {@code str.title}: a letter behind a letter is lower case. */
  static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean inWord = false;
    for (int i = 0; i < text.length(); ) {
      int end = text.offsetByCodePoints(i, 1);
      String letter = text.substring(i, end);
      out.append(inWord ? lower(letter) : titled(letter));
      inWord = isCased(letter.codePointAt(0));
      i = end;
    }
    return out.toString();
  }

  private static String titled(String letter) {
    int c = letter.codePointAt(0);
    int title = Character.toTitleCase(c);
    if (title != c) {
      return Character.toString(title);
    }
    String upper = upper(letter);
    return upper.codePointCount(0, upper.length()) == 1 ? upper : capitalized(upper);
  }

  /** Such as {@code Ss} for {@code ß}. */
  private static String capitalized(String upper) {
    int end = upper.offsetByCodePoints(0, 1);
    return upper.substring(0, end) + lower(upper.substring(end));
  }

  private static boolean isCased(int c) {
    return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
  }

  static String swapped(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .mapToObj(Character::toString)
        .forEach(
            letter ->
                out.append(
                    Character.isUpperCase(letter.codePointAt(0)) ? lower(letter) : upper(letter)));
    return out.toString();
  }

  /** {@code islower}: some letter has a case, and none is upper. */
  public static boolean isLower(String text) {
    return text.codePoints().anyMatch(Character::isLowerCase)
        && text.codePoints().noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
  }

  public static boolean isUpper(String text) {
    return text.codePoints().anyMatch(Character::isUpperCase)
        && text.codePoints().noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c));
  }
}
