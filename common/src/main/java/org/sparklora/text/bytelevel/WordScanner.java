package org.sparklora.text.bytelevel;

/** Cuts text into the words that a tokenizer's pattern matches; every byte belongs to a word. */
interface WordScanner {
  /** End of the word that starts at {@code from} in the UTF-8 text that ends at {@code to}. */
  int end(byte[] text, int from, int to);
}
