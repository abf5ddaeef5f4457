package org.sparklora.text.bytelevel;

/** Splits text into words by a tokenizer's pattern; every byte belongs to a word. */
interface WordScanner {
  /** The end of the word that starts at {@code from}; the UTF-8 text ends at {@code to}. */
  int end(byte[] text, int from, int to);
}
