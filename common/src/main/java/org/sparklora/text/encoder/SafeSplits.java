package org.sparklora.text.encoder;

/**
 * Where text can be split before it is encoded: between two characters that no token holds side by
 * side. Nothing can ever merge across such a split, so both sides can be encoded alone.
 *
 * <p>Tokens of bytes may hold only a part of a character at their ends: the last bytes of the left
 * one, the first bytes of the right one. A character, or a part of one, is its bytes in an int.
 */
public final class SafeSplits {
  private static final int WHOLE = 0;
  private static final int SHAPES = 16; // bytes of the left part × 4 + bytes of the right part

  private final long[] bits; // a Bloom filter: it may miss a split but never allows a wrong one
  private final int shift;
  private int shapes; // which lengths of parts occur

  /** No pair of neighbours yet; {@code expected} decides about the size. */
  public SafeSplits(int expected) {
    int log = Math.max(12, 36 - Integer.numberOfLeadingZeros(expected)); // 16 to 32 bits each
    bits = new long[1 << (log - 6)];
    shift = 64 - log;
  }

  /** Notes that {@code token} holds its neighbouring characters side by side. */
  public void join(byte[] token) {
    int left = 0;
    for (int right = nextStart(token, 1); right < token.length; ) {
      int end = nextStart(token, right + 1);
      join(token, left, right, end);
      left = right;
      right = end;
    }
  }

  /**
   * Whether a split between the characters at {@code left} and {@code right} = left's end is safe.
   */
  public boolean isBetween(int leftBytes, int rightBytes) {
    if (isSet(leftBytes, rightBytes)) {
      return false;
    }
    return shapes == 1 || !isPartSet(leftBytes, rightBytes);
  }

  /** The bytes of the character at {@code at}, the first one highest. */
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
      return; // no text holds these bytes
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
