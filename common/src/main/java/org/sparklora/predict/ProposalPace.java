package org.sparklora.predict;

/**
 * How many tokens a row proposes at once: more after proposals that were right, none for a while
 * after one that was wrong, so that a row whose text is new costs little more than without. A row
 * that was right last time trusts shorter matches.
 */
final class ProposalPace {
  private static final int FIRST = 2;
  private static final int SHORTEST_PAUSE = 2;
  private static final int LONGEST_PAUSE = 64;

  private final int most;
  private int next;
  private int pause;
  private int nextPause = SHORTEST_PAUSE;
  private boolean right;

  ProposalPace(int most) {
    this.most = most;
    this.next = Math.min(FIRST, most);
  }

  /** Most tokens to propose in this step. */
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

  /** What came of a proposal of at least one token. */
  void checked(int proposed, int accepted) {
    right = accepted > 0;
    if (right) {
      nextPause = SHORTEST_PAUSE;
      next = Math.min(accepted == proposed ? 2 * proposed : accepted + 1, most);
    } else {
      pause = nextPause;
      nextPause = Math.min(2 * nextPause, LONGEST_PAUSE);
      next = 1;
    }
  }
}
