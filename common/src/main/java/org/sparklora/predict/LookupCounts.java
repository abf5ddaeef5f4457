package org.sparklora.predict;

/**
 * How well a text's own past foretold it.
 *
 * @param steps tokens that would have been made without proposals in as many steps of a row
 * @param proposed tokens proposed to follow those
 * @param accepted the proposed tokens that the model chose, too
 */
record LookupCounts(long steps, long proposed, long accepted) {
  static final LookupCounts NONE = new LookupCounts(0, 0, 0);

  /** One more step of a row: tokens that it went over, and how many of them stay. */
  LookupCounts plus(int tokens, int stay) {
    return new LookupCounts(steps + 1, proposed + tokens - 1, accepted + stay - 1);
  }

  LookupCounts plus(LookupCounts other) {
    return new LookupCounts(
        steps + other.steps, proposed + other.proposed, accepted + other.accepted);
  }

  /** New tokens of a row in one step; 0 without steps. */
  double tokensPerStep() {
    return steps == 0 ? 0 : (double) (steps + accepted) / steps;
  }
}
