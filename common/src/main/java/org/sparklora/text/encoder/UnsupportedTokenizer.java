package org.sparklora.text.encoder;

/**
 * A tokenizer file has a part that our encoders do not know; the published library can still read
 * it.
 */
public final class UnsupportedTokenizer extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param part its name and what the file says there
   */
  public UnsupportedTokenizer(String part) {
    super(part);
  }
}
