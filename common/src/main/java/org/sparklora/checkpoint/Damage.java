package org.sparklora.checkpoint;

/** Why a folder is no valid checkpoint; the folder is then skipped, as if it were not there. */
final class Damage extends Exception {
  private static final long serialVersionUID = 1L;

  Damage(String why) {
    super(why, null, false, false);
  }
}
