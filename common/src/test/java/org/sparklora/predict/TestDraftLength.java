package org.sparklora.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TestDraftLength {
  @Test
  void growsWhileProposalsAreRight() {
    DraftLength pace = new DraftLength(7);
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
    DraftLength pace = new DraftLength(8);
    pace.checked(8, 3);
    assertEquals(4, pace.next());
  }

  @Test
  void pausesLongerAfterEachFailureAndStartsAnewAfterSuccess() {
    DraftLength pace = new DraftLength(8);
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
    DraftLength pace = new DraftLength(8);
    assertEquals(3, pace.shortestMatch());
    pace.checked(2, 1);
    assertEquals(1, pace.shortestMatch());
    pace.checked(2, 0);
    assertEquals(3, pace.shortestMatch());
  }

  @Test
  void triesOneTokenAfterAFailure() {
    DraftLength pace = new DraftLength(8);
    pace.checked(2, 0);
    pauseOf(pace);
    assertEquals(1, pace.next());
  }

  @Test
  void alwaysWrongProposesSeldom() {
    DraftLength pace = new DraftLength(8);
    int drafted = 0;
    for (int step = 0; step < 1000; step++) {
      int next = pace.next();
      drafted += next;
      if (next > 0) {
        pace.checked(next, 0);
      }
    }
    assertTrue(drafted < 25, drafted + " tokens");
  }

  @Test
  void zeroProposesNothing() {
    assertEquals(0, new DraftLength(0).next());
  }

  private static int pauseOf(DraftLength pace) {
    int pause = 0;
    while (pace.next() == 0) {
      pause++;
    }
    return pause;
  }
}
