package org.sparklora.text.encoder;

/**
 * A tokenizer file has a part that the encoders here do not know; the library can still read it.
 */
public final class UnsupportedTokenizer extends Exception {
  private static final long serialVersionUID = 1L;

  UnsupportedTokenizer(String part) {
    super(part);
  }
}
