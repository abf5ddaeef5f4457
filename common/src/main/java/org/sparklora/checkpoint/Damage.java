package org.sparklora.checkpoint;

/** Why a folder is not a valid checkpoint; it is then skipped as if it did not exist. */
final class Damage extends Exception {
  private static final long serialVersionUID = 1L;

  Damage(String why) {
    super(why, null, false, false);
  }
}
