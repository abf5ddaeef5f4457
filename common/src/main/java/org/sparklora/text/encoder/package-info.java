/**
 * Fast encoders in Java for byte-level BPE and SentencePiece, equal to the published libraries. May
 * import: nothing of ours.
 */
package org.sparklora.text.encoder;
