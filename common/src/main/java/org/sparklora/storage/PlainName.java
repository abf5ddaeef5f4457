package org.sparklora.storage;

import org.sparklora.VisibleText;

/** A name that a file of state gives to another file beside it. */
public final class PlainName {
  private static final int LONGEST = 255;

  private PlainName() {}

  /** Whether it names a file inside its folder: neither a path, nor hidden, nor unseen. */
  public static boolean isOne(String name) {
    return !name.isEmpty()
        && name.length() <= LONGEST
        && !name.startsWith(".")
        && name.indexOf('/') < 0
        && name.indexOf('\\') < 0
        && VisibleText.of(name).equals(name);
  }
}
