package org.sparklora.predict;

/**
 * How many tokens a row's draft has: more after drafts that were right, none for a while after one
 * that was wrong, so that a row whose text is new costs little more than without drafts. A row that
 * was right last time trusts shorter matches.
 */
final class DraftLength {
  private static final int FIRST = 2;
  private static final int SHORTEST_PAUSE = 2;
  private static final int LONGEST_PAUSE = 64;

  private final int most;
  private int next;
  private int pause;
  private int nextPause = SHORTEST_PAUSE;
  private boolean right;

  DraftLength(int most) {
    this.most = most;
    this.next = Math.min(FIRST, most);
  }

  /** Most tokens of this step's draft. */
  int next() {
    if (pause > 0) {
      pause--;
      return 0;
    }
    return next;
  }

  /** Tokens that have to be the same as before. */
  int shortestMatch() {
    return right ? 1 : PromptLookup.LONGEST;
  }

  /** What came of a draft of at least one token. */
  void checked(int drafted, int accepted) {
    right = accepted > 0;
    if (right) {
      nextPause = SHORTEST_PAUSE;
      next = Math.min(accepted == drafted ? 2 * drafted : accepted + 1, most);
    } else {
      pause = nextPause;
      nextPause = Math.min(2 * nextPause, LONGEST_PAUSE);
      next = 1;
    }
  }
}
