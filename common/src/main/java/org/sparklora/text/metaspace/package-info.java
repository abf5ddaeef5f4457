/** BPE over characters from a {@code tokenizer.json}, as SentencePiece models are written there. */
package org.sparklora.text.metaspace;
