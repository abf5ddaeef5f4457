package org.sparklora.text.bytelevel;

import org.sparklora.text.encoder.Utf8;

/**
 * Decodes possibly malformed UTF-8 as Rust does: one replacement character for each maximal prefix
 * of a character that cannot be completed. (Java's own decoder counts differently.)
 */
final class LossyUtf8 {
  private static final char REPLACEMENT = '\ufffd';

  private LossyUtf8() {}

  static String decode(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    for (int at = 0; at < bytes.length; ) {
      int good = wellFormed(bytes, at);
      boolean complete = good == Utf8.length(bytes[at]) && good > 0;
      if (complete) {
        text.appendCodePoint(Utf8.codePoint(bytes, at));
      } else {
        text.append(REPLACEMENT);
      }
      at += Math.max(1, good);
    }
    return text.toString();
  }

  /** How many bytes from {@code at} on form a character or a prefix of one. */
  private static int wellFormed(byte[] bytes, int at) {
    int lead = bytes[at] & 0xff;
    if (lead < 0x80) {
      return 1;
    }
    if (lead < 0xc2 || lead > 0xf4) {
      return 0;
    }
    int length = Utf8.length(bytes[at]);
    int good = 1;
    while (good < length && at + good < bytes.length && isNext(lead, good, bytes[at + good])) {
      good++;
    }
    return good;
  }

  /** Whether {@code b} can be byte {@code index} of a character; the second is restricted. */
  private static boolean isNext(int lead, int index, byte b) {
    int low = index == 1 && lead == 0xe0 ? 0xa0 : index == 1 && lead == 0xf0 ? 0x90 : 0x80;
    int high = index == 1 && lead == 0xed ? 0x9f : index == 1 && lead == 0xf4 ? 0x8f : 0xbf;
    int value = b & 0xff;
    return value >= low && value <= high;
  }
}
