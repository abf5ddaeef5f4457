package org.sparklora.template.python;

/** What one rendering may still do and make. */
public final class Budget {
  private final int longestText;
  private long steps;
  private long characters;

  /**
   * A budget that nothing was taken from.
   *
   * @param steps loop rounds, statements, calls and items looked at
   * @param longestText characters of one text, the output included
   * @param characters characters of all texts that are made on the way, lists counted too
   */
  public Budget(long steps, int longestText, long characters) {
    this.steps = steps;
    this.longestText = longestText;
    this.characters = characters;
  }

  public void step() {
    if (--steps < 0) {
      throw Refusal.limit("more steps than a rendering may take");
    }
  }

  /** Before {@code length} characters are made. */
  public void charge(long length) {
    characters -= length;
    if (length > longestText || characters < 0) {
      throw Refusal.limit("more text than a rendering may make");
    }
  }

  void chargeProduct(long length, long times) {
    charge(length == 0 ? 0 : times > longestText / length ? longestText + 1L : length * times);
    if (times > Integer.MAX_VALUE) {
      throw Refusal.limit("more repetitions than a rendering may make");
    }
  }

  public String charged(String text) {
    charge(text.length());
    return text;
  }
}
