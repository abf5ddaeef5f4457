package org.sparklora.text.encoder;

/**
 * A tokenizer file uses a feature that our encoders do not implement; the published library may
 * still support it.
 */
public final class UnsupportedTokenizer extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param part the name of the feature and its value in the file
   */
  public UnsupportedTokenizer(String part) {
    super(part);
  }
}
