package org.sparklora.text.encoder;

/**
 * The meaning of {@code \p{L}}, {@code \p{N}} and {@code \s} in tokenizer patterns: Java's Unicode
 * 13 tables plus the characters that the Rust library's Unicode 16 adds.
 */
public final class CharacterClasses {
  public static final byte OTHER = 0;
  public static final byte LETTER = 1;
  public static final byte NUMBER = 2;
  public static final byte SPACE = 3;

  private static final int[] LATER_LETTERS = {
    0x870, 0x887, 0x889, 0x88e, 0x8b5, 0x8b5, 0x8c8, 0x8c9, 0xc5d, 0xc5d, 0xcdd, 0xcdd, 0x170d,
    0x170d, 0x171f, 0x171f, 0x1b4c, 0x1b4c, 0x1c89, 0x1c8a, 0x2c2f, 0x2c2f, 0x2c5f, 0x2c5f, 0x9ffd,
    0x9fff, 0xa7c0, 0xa7c1, 0xa7cb, 0xa7cd, 0xa7d0, 0xa7d1, 0xa7d3, 0xa7d3, 0xa7d5, 0xa7dc, 0xa7f2,
    0xa7f4, 0x10570, 0x1057a, 0x1057c, 0x1058a, 0x1058c, 0x10592, 0x10594, 0x10595, 0x10597,
    0x105a1, 0x105a3, 0x105b1, 0x105b3, 0x105b9, 0x105bb, 0x105bc, 0x105c0, 0x105f3, 0x10780,
    0x10785, 0x10787, 0x107b0, 0x107b2, 0x107ba, 0x10d4a, 0x10d65, 0x10d6f, 0x10d85, 0x10ec2,
    0x10ec4, 0x10f70, 0x10f81, 0x11071, 0x11072, 0x11075, 0x11075, 0x1123f, 0x11240, 0x11380,
    0x11389, 0x1138b, 0x1138b, 0x1138e, 0x1138e, 0x11390, 0x113b5, 0x113b7, 0x113b7, 0x113d1,
    0x113d1, 0x113d3, 0x113d3, 0x11740, 0x11746, 0x11ab0, 0x11abf, 0x11bc0, 0x11be0, 0x11f02,
    0x11f02, 0x11f04, 0x11f10, 0x11f12, 0x11f33, 0x12f90, 0x12ff0, 0x1342f, 0x1342f, 0x13441,
    0x13446, 0x13460, 0x143fa, 0x16100, 0x1611d, 0x16a70, 0x16abe, 0x16d40, 0x16d6c, 0x18cff,
    0x18cff, 0x1aff0, 0x1aff3, 0x1aff5, 0x1affb, 0x1affd, 0x1affe, 0x1b11f, 0x1b122, 0x1b132,
    0x1b132, 0x1b155, 0x1b155, 0x1df00, 0x1df1e, 0x1df25, 0x1df2a, 0x1e030, 0x1e06d, 0x1e290,
    0x1e2ad, 0x1e4d0, 0x1e4eb, 0x1e5d0, 0x1e5ed, 0x1e5f0, 0x1e5f0, 0x1e7e0, 0x1e7e6, 0x1e7e8,
    0x1e7eb, 0x1e7ed, 0x1e7ee, 0x1e7f0, 0x1e7fe, 0x2a6de, 0x2a6df, 0x2b735, 0x2b739, 0x2ebf0,
    0x2ee5d, 0x31350, 0x323af
  };
  private static final int[] LATER_NUMBERS = {
    0x10d40, 0x10d49, 0x116d0, 0x116e3, 0x11bf0, 0x11bf9, 0x11f50, 0x11f59, 0x16130, 0x16139,
    0x16ac0, 0x16ac9, 0x16d70, 0x16d79, 0x1ccf0, 0x1ccf9, 0x1d2c0, 0x1d2d3, 0x1e4f0, 0x1e4f9,
    0x1e5f1, 0x1e5fa
  };
  private static final byte[] CLASSES = classes();

  private CharacterClasses() {}

  public static byte of(int codePoint) {
    return CLASSES[codePoint];
  }

  /** The class of the character that starts at {@code at}. */
  public static byte at(byte[] text, int at) {
    return of(Utf8.codePoint(text, at));
  }

  /** End of the run of {@code kind} that starts at {@code from}. */
  public static int runEnd(byte[] text, int from, int to, byte kind) {
    int at = from;
    while (at < to) {
      byte b = text[at];
      if (b >= 0) {
        if (of(b) != kind) {
          break;
        }
        at++;
      } else {
        if (at(text, at) != kind) {
          break;
        }
        at += Utf8.length(b);
      }
    }
    return at;
  }

  private static byte[] classes() {
    byte[] classes = new byte[Character.MAX_CODE_POINT + 1];
    for (int c = 0; c < classes.length; c++) {
      classes[c] = byJava(c);
    }
    mark(classes, LATER_LETTERS, LETTER);
    mark(classes, LATER_NUMBERS, NUMBER);
    return classes;
  }

  private static byte byJava(int codePoint) {
    if ((codePoint >= '\t' && codePoint <= '\r') || codePoint == 0x85) {
      return SPACE;
    }
    return switch (Character.getType(codePoint)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER ->
          LETTER;
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
          NUMBER;
      case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
          SPACE;
      default -> OTHER;
    };
  }

  private static void mark(byte[] classes, int[] ranges, byte kind) {
    for (int i = 0; i < ranges.length; i += 2) {
      for (int c = ranges[i]; c <= ranges[i + 1]; c++) {
        classes[c] = kind;
      }
    }
  }
}
