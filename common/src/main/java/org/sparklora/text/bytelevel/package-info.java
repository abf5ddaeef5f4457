/** Byte-level BPE from a {@code tokenizer.json}, equal to the Rust library. */
package org.sparklora.text.bytelevel;
