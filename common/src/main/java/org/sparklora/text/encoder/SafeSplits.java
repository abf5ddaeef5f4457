package org.sparklora.text.encoder;

/**
 * Where text can safely be split before encoding: between two characters that are adjacent in no
 * token. No merge can cross such a split, so both sides can be encoded independently.
 *
 * <p>Byte-level tokens may start or end inside a character: with the last bytes of the left one or
 * the first bytes of the right one. A character, or part of one, is represented by its bytes in an
 * int.
 */
public final class SafeSplits {
  private static final int WHOLE = 0;
  private static final int SHAPES = 16; // bytes of the left part × 4 + bytes of the right part

  private final long[] bits; // a Bloom filter: may miss a safe split, never reports an unsafe one
  private final int shift;
  private int shapes; // bit set of the part lengths that occur

  /** Starts without any adjacent pair; {@code expected} pairs determine the size. */
  public SafeSplits(int expected) {
    int log = Math.max(12, 36 - Integer.numberOfLeadingZeros(expected)); // 16 to 32 bits each
    bits = new long[1 << (log - 6)];
    shift = 64 - log;
  }

  /** Records the adjacent characters of {@code token}. */
  public void join(byte[] token) {
    int left = 0;
    for (int right = nextStart(token, 1); right < token.length; ) {
      int end = nextStart(token, right + 1);
      join(token, left, right, end);
      left = right;
      right = end;
    }
  }

  /** Whether a split between two adjacent characters, each given by its bytes, is safe. */
  public boolean isBetween(int leftBytes, int rightBytes) {
    if (isSet(leftBytes, rightBytes)) {
      return false;
    }
    return shapes == 1 || !isPartSet(leftBytes, rightBytes);
  }

  /** The bytes of the character at {@code at}, first byte most significant. */
  public static int bytesAt(byte[] text, int at, int length) {
    int bytes = text[at] & 0xff;
    for (int i = 1; i < length; i++) {
      bytes = (bytes << 8) | (text[at + i] & 0xff);
    }
    return bytes;
  }

  private void join(byte[] token, int left, int right, int end) {
    boolean wholeLeft = Utf8.isStart(token[left]);
    int rightLength = Utf8.length(token[right]);
    if ((wholeLeft ? right - left != Utf8.length(token[left]) : right - left > 3)
        || end - right > rightLength) {
      return; // never occurs in well-formed text
    }
    int leftPart = wholeLeft ? WHOLE : right - left;
    int rightPart = end - right == rightLength ? WHOLE : end - right;
    shapes |= 1 << (4 * leftPart + rightPart);
    long hash = hash(bytesAt(token, left, right - left), bytesAt(token, right, end - right));
    bits[(int) (hash >>> 6)] |= 1L << hash;
  }

  private boolean isPartSet(int leftBytes, int rightBytes) {
    int leftLength = length(leftBytes);
    int rightLength = length(rightBytes);
    for (int shape = 1; shape < SHAPES; shape++) {
      int leftPart = shape >> 2;
      int rightPart = shape & 3;
      if (((shapes >> shape) & 1) != 0
          && leftPart < leftLength
          && rightPart < rightLength
          && isSet(last(leftBytes, leftPart), first(rightBytes, rightLength, rightPart))) {
        return true;
      }
    }
    return false;
  }

  private boolean isSet(int left, int right) {
    long hash = hash(left, right);
    return ((bits[(int) (hash >>> 6)] >> hash) & 1) != 0;
  }

  private long hash(int left, int right) {
    return ((((long) left << 32) | (right & 0xffffffffL)) * 0x9e3779b97f4a7c15L) >>> shift;
  }

  private static int last(int bytes, int part) {
    return part == WHOLE ? bytes : bytes & ((1 << (8 * part)) - 1);
  }

  private static int first(int bytes, int length, int part) {
    return part == WHOLE ? bytes : bytes >>> (8 * (length - part));
  }

  private static int length(int bytes) {
    return bytes >>> 7 == 0 ? 1 : 4 - (Integer.numberOfLeadingZeros(bytes) >> 3);
  }

  private static int nextStart(byte[] token, int from) {
    int at = from;
    while (at < token.length && !Utf8.isStart(token[at])) {
      at++;
    }
    return at;
  }
}
