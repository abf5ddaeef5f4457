package org.sparklora.text.encoder;

import java.util.BitSet;

/**
 * {@code \w} of the Rust library: letters, marks, decimal digits, connectors, joiners. Java's
 * tables of Unicode 13 plus what Unicode 16 adds.
 */
final class WordCharacters {
  private static final int[] LATER = {
    0x897, 0x89f, 0x8ca, 0x8d2, 0xc3c, 0xc3c, 0xcf3, 0xcf3, 0xece, 0xece, 0x1715, 0x1715, 0x180f,
    0x180f, 0x1ac1, 0x1ace, 0x1dfa, 0x1dfa, 0x10d40, 0x10d49, 0x10d69, 0x10d6d, 0x10efc, 0x10eff,
    0x10f82, 0x10f85, 0x11070, 0x11070, 0x11073, 0x11074, 0x110c2, 0x110c2, 0x11241, 0x11241,
    0x113b8, 0x113c0, 0x113c2, 0x113c2, 0x113c5, 0x113c5, 0x113c7, 0x113ca, 0x113cc, 0x113d0,
    0x113d2, 0x113d2, 0x113e1, 0x113e2, 0x116d0, 0x116e3, 0x11bf0, 0x11bf9, 0x11f00, 0x11f01,
    0x11f03, 0x11f03, 0x11f34, 0x11f3a, 0x11f3e, 0x11f42, 0x11f50, 0x11f5a, 0x13440, 0x13440,
    0x13447, 0x13455, 0x1611e, 0x16139, 0x16ac0, 0x16ac9, 0x16d70, 0x16d79, 0x1ccf0, 0x1ccf9,
    0x1cf00, 0x1cf2d, 0x1cf30, 0x1cf46, 0x1e08f, 0x1e08f, 0x1e2ae, 0x1e2ae, 0x1e4ec, 0x1e4f9,
    0x1e5ee, 0x1e5ef, 0x1e5f1, 0x1e5fa
  };
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
    for (int i = 0; i < LATER.length; i += 2) {
      all.set(LATER[i], LATER[i + 1] + 1);
    }
    return all;
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
