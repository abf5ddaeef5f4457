package org.sparklora.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TestProposalPace {
  @Test
  void growsWhileProposalsAreRight() {
    ProposalPace pace = new ProposalPace(7);
    assertEquals(2, pace.next());
    pace.checked(2, 2);
    assertEquals(4, pace.next());
    pace.checked(4, 4);
    assertEquals(7, pace.next());
    pace.checked(7, 7);
    assertEquals(7, pace.next());
  }

  @Test
  void followsWhatWasRightInPart() {
    ProposalPace pace = new ProposalPace(8);
    pace.checked(8, 3);
    assertEquals(4, pace.next());
  }

  @Test
  void pausesLongerAfterEachFailureAndStartsAnewAfterSuccess() {
    ProposalPace pace = new ProposalPace(8);
    pace.checked(2, 0);
    assertEquals(2, pauseOf(pace));
    pace.checked(2, 0);
    assertEquals(4, pauseOf(pace));
    pace.checked(2, 1);
    pace.checked(2, 0);
    assertEquals(2, pauseOf(pace));
  }

  @Test
  void trustsShortMatchesAfterSuccessOnly() {
    ProposalPace pace = new ProposalPace(8);
    assertEquals(3, pace.shortestMatch());
    pace.checked(2, 1);
    assertEquals(1, pace.shortestMatch());
    pace.checked(2, 0);
    assertEquals(3, pace.shortestMatch());
  }

  @Test
  void triesOneTokenAfterAFailure() {
    ProposalPace pace = new ProposalPace(8);
    pace.checked(2, 0);
    pauseOf(pace);
    assertEquals(1, pace.next());
  }

  @Test
  void alwaysWrongProposesSeldom() {
    ProposalPace pace = new ProposalPace(8);
    int proposed = 0;
    for (int step = 0; step < 1000; step++) {
      int next = pace.next();
      proposed += next;
      if (next > 0) {
        pace.checked(next, 0);
      }
    }
    assertTrue(proposed < 25, proposed + " tokens");
  }

  @Test
  void zeroProposesNothing() {
    assertEquals(0, new ProposalPace(0).next());
  }

  private static int pauseOf(ProposalPace pace) {
    int pause = 0;
    while (pace.next() == 0) {
      pause++;
    }
    return pause;
  }
}
