/** BPE and unigram from a SentencePiece {@code tokenizer.model}, equal to the C++ library. */
package org.sparklora.text.sentencepiece;
