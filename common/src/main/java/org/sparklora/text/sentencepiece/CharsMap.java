package org.sparklora.text.sentencepiece;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.sparklora.text.encoder.UnsupportedTokenizer;

/**
 * SentencePiece's {@code precompiled_charsmap}: a darts-clone double array of the strings to
 * replace, and their zero-terminated replacements.
 */
final class CharsMap {
  private final int[] units;
  private final byte[] replacements;

  private CharsMap(int[] units, byte[] replacements) {
    this.units = units;
    this.replacements = replacements;
  }

  static CharsMap read(byte[] map) throws UnsupportedTokenizer {
    if (map.length == 0) {
      return new CharsMap(new int[0], map);
    }
    ByteBuffer in = ByteBuffer.wrap(map).order(ByteOrder.LITTLE_ENDIAN);
    int size = map.length > Integer.BYTES ? in.getInt() : -1;
    if (size < 0 || size >= in.remaining() || map[map.length - 1] != 0) {
      throw new UnsupportedTokenizer("precompiled_charsmap of bytes " + map.length);
    }
    int[] units = new int[size / Integer.BYTES];
    in.slice().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(units);
    byte[] replacements = new byte[in.remaining() - size];
    in.position(in.position() + size).get(replacements);
    return new CharsMap(units, replacements);
  }

  boolean isEmpty() {
    return units.length == 0;
  }

  /** The longest rule at {@code from}: its length << 32 | its replacement's start, or 0. */
  long match(byte[] text, int from, int to) {
    long longest = 0;
    int unit = units[0];
    int at = offset(unit);
    for (int i = from; i < to; i++) {
      int label = text[i] & 0xff;
      at ^= label;
      if (at >= units.length || label(units[at]) != label) {
        break;
      }
      unit = units[at];
      at ^= offset(unit);
      if (hasLeaf(unit) && at < units.length) {
        int start = Math.min(units[at] & 0x7fffffff, replacements.length - 1);
        longest = ((long) (i + 1 - from) << 32) | start;
      }
    }
    return longest;
  }

  byte[] replacements() {
    return replacements;
  }

  /** The end of the replacement that starts at {@code start}. */
  int end(int start) {
    int end = start;
    while (replacements[end] != 0) {
      end++;
    }
    return end;
  }

  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & (1 << 9)) >>> 6);
  }

  private static int label(int unit) {
    return unit & (1 << 31 | 0xff);
  }

  private static boolean hasLeaf(int unit) {
    return ((unit >>> 8) & 1) == 1;
  }
}
