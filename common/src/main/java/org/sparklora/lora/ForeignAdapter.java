package org.sparklora.lora;

/** What happens to an adapter that says that it was trained on another base. */
public enum ForeignAdapter {
  REFUSED,
  TRUSTED;

  /** The answer of {@code --trust_base}. */
  public static ForeignAdapter of(boolean trustBase) {
    return trustBase ? TRUSTED : REFUSED;
  }
}
