package org.sparklora.text.encoder;

import java.util.BitSet;

/**
 * {@code \w} of the Rust library: letters, marks, decimal digits, connectors, joiners. Java's
 * tables of Unicode 13 plus what Unicode 16 adds.
 */
final class WordCharacters {
  private static final BitSet ALL = all();

  private WordCharacters() {}

  static boolean contain(int codePoint) {
    return ALL.get(codePoint);
  }

  private static BitSet all() {
    BitSet all = new BitSet(Character.MAX_CODE_POINT + 1);
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      all.set(c, isLetter(c) || isJoint(c));
    }
    add(all, LaterCharacters.MARKS);
    add(all, LaterCharacters.DIGITS);
    return all;
  }

  private static void add(BitSet all, int... ranges) {
    for (int i = 0; i < ranges.length; i += 2) {
      all.set(ranges[i], ranges[i + 1] + 1);
    }
  }

  private static boolean isLetter(int c) {
    return Character.isAlphabetic(c) || CharacterClasses.of(c) == CharacterClasses.LETTER;
  }

  private static boolean isJoint(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK,
          Character.COMBINING_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.DECIMAL_DIGIT_NUMBER,
          Character.CONNECTOR_PUNCTUATION ->
          true;
      default -> c == 0x200c || c == 0x200d;
    };
  }
}
