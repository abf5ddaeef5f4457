package org.sparklora.text.bytelevel;

import org.sparklora.text.encoder.IdBuffer;

/** Splits text into words, one after the other; every byte belongs to a word. */
interface WordScanner extends WordSplitter {
  /** The end of the word that starts at {@code from}; the UTF-8 text ends at {@code to}. */
  int end(byte[] text, int from, int to);

  @Override
  default void split(byte[] text, int from, int to, IdBuffer ends) {
    for (int at = from; at < to; ) {
      at = end(text, at, to);
      ends.add(at);
    }
  }
}
