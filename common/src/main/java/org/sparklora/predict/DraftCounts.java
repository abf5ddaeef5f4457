package org.sparklora.predict;

/**
 * How well a text's own past foretold it.
 *
 * @param steps tokens that would have been made without drafts, in as many steps of a row
 * @param drafted tokens of drafts, which were to follow those
 * @param accepted the drafted tokens that the model chose, too
 */
record DraftCounts(long steps, long drafted, long accepted) {
  static final DraftCounts NONE = new DraftCounts(0, 0, 0);

  /** One more step of a row: tokens that it went over, and how many of them stay. */
  DraftCounts plus(int tokens, int stay) {
    return new DraftCounts(steps + 1, drafted + tokens - 1, accepted + stay - 1);
  }

  DraftCounts plus(DraftCounts other) {
    return new DraftCounts(steps + other.steps, drafted + other.drafted, accepted + other.accepted);
  }
}
