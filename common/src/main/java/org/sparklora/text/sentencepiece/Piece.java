package org.sparklora.text.sentencepiece;

/** One piece of the vocabulary; its id is where it stands in the file. */
record Piece(String text, float score, Kind kind) {
  /** How a piece takes part in encoding and decoding; the numbers are those of the file, from 1. */
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

    /** Whether text becomes this piece because it reads so. */
    boolean isText() {
      return this == NORMAL || this == USER_DEFINED;
    }
  }
}
