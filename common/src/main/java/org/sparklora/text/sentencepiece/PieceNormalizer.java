package org.sparklora.text.sentencepiece;

import java.util.Arrays;
import org.sparklora.text.encoder.Utf8;
import org.sparklora.text.encoder.Utf8Buffer;

/** SentencePiece's normalization: character map, whitespace, dummy prefix. */
final class PieceNormalizer {
  private static final int BLANK = 0x2581;
  private static final byte[] BLANK_BYTES = {(byte) 0xe2, (byte) 0x96, (byte) 0x81};

  private final CharsMap map;
  private final UserDefinedPieces userDefined;
  private final boolean addsDummyPrefix;
  private final boolean removesExtraBlanks;

  private byte[] source; // replacement of the current character: source[start, end)
  private int start;
  private int end;

  PieceNormalizer(SentencePieceTables tables) {
    this.map = tables.map();
    this.userDefined = tables.userDefined();
    this.addsDummyPrefix = tables.addsDummyPrefix();
    this.removesExtraBlanks = tables.removesExtraBlanks();
  }

  void normalize(Utf8Buffer text, Utf8Buffer result) {
    byte[] bytes = text.bytes();
    int to = text.length();
    int at = removesExtraBlanks ? skipBlanks(bytes, to) : 0;
    result.clear();
    if (at == to) {
      return;
    }
    if (addsDummyPrefix) {
      result.append(BLANK);
    }
    boolean afterBlank = removesExtraBlanks;
    while (at < to) {
      at += read(bytes, at, to);
      while (afterBlank && start < end && source[start] == ' ') {
        start++;
      }
      if (start < end) {
        afterBlank = removesExtraBlanks && source[end - 1] == ' ';
        append(result);
      }
    }
    if (removesExtraBlanks) {
      removeBlanksAtEnd(result);
    }
  }

  private int skipBlanks(byte[] text, int to) {
    int at = 0;
    while (at < to) {
      int read = read(text, at, to);
      if (end - start != 1 || source[start] != ' ') {
        break;
      }
      at += read;
    }
    return at;
  }

  /** Finds the replacement of the text at {@code at} and returns how many bytes it replaces. */
  private int read(byte[] text, int at, int to) {
    int kept = (int) (userDefined.match(text, at, to) >>> 32);
    long rule = kept > 0 || map.isEmpty() ? 0 : map.match(text, at, to);
    if (rule != 0) {
      source = map.replacements();
      start = (int) rule;
      end = map.end(start);
      return (int) (rule >>> 32);
    }
    source = text;
    start = at;
    end = at + (kept > 0 ? kept : Utf8.length(text[at]));
    return end - at;
  }

  private void append(Utf8Buffer result) {
    for (int i = start; i < end; i++) {
      if (source[i] == ' ') {
        result.append(BLANK);
      } else {
        result.append(source[i]);
      }
    }
  }

  private static void removeBlanksAtEnd(Utf8Buffer result) {
    int length = result.length();
    while (length >= 3
        && Arrays.equals(result.bytes(), length - 3, length, BLANK_BYTES, 0, BLANK_BYTES.length)) {
      length -= 3;
    }
    result.truncate(length);
  }
}
