package org.sparklora.text.bytelevel;

import org.sparklora.text.encoder.IdBuffer;

/** Splits text into words; what lies between them belongs to none and is dropped. */
interface WordSplitter {
  /**
   * Adds where the words of {@code text[from, to)} end, one after the other; the complement of an
   * end is that of a stretch to drop.
   */
  void split(byte[] text, int from, int to, IdBuffer ends);
}
