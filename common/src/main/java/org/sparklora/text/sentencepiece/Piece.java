package org.sparklora.text.sentencepiece;

/** A piece of the vocabulary; its id is its index in the file. */
record Piece(String text, float score, Kind kind) {
  /** A piece's role in encoding and decoding, in the order of the file's numbers from 1. */
  enum Kind {
    NORMAL,
    UNKNOWN,
    CONTROL,
    USER_DEFINED,
    UNUSED,
    BYTE;

    static boolean has(long number) {
      return number >= 1 && number <= values().length;
    }

    static Kind of(long number) {
      return values()[(int) number - 1];
    }

    /** Whether such a piece is matched against text. */
    boolean isText() {
      return this == NORMAL || this == USER_DEFINED;
    }
  }
}
