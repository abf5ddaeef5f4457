package org.sparklora.screen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.sparklora.screen.StageProgress.Read;

class TestStageProgress {
  @Test
  void whatRunningTasksHaveReadIsCountedWithWhatOthersRead() {
    StageProgress stage = new StageProgress("answer", 2, 100, 0);
    stage.taskStarted(7);
    stage.taskStarted(8);
    assertEquals("answer: 0 of 2 tasks", stage.line());
    stage.taskRead(7, new Read(30, 0));
    stage.taskRead(8, new Read(20, 2_000_000));
    String half = "answer: 0 of 2 tasks, 50 rows, \\d+ rows/s, 2\\.0 MB, left \\d+:\\d\\d:\\d\\d";
    assertTrue(stage.line().matches(half), stage.line());
    stage.taskDone(7, new Read(40, 0));
    stage.taskRead(7, new Read(35, 0)); // told before it ended
    stage.taskFailed(8);
    assertTrue(stage.line().startsWith("answer: 1 of 2 tasks, 40 rows, "), stage.line());
    stage.taskStarted(9);
    stage.taskDone(9, new Read(60, 0));
    assertTrue(stage.line().endsWith(", left 0:00:00"), stage.line());
  }

  @Test
  void whatIsLeftFollowsTheTasksWhereNobodyKnowsHowMuchThereIs() {
    StageProgress stage = new StageProgress("count", 3, 0, 0);
    stage.taskStarted(1);
    stage.taskRead(1, new Read(5, 0));
    assertTrue(stage.line().endsWith(" rows/s"), stage.line());
    stage.taskDone(1, new Read(5, 0));
    assertTrue(stage.line().contains(", left "), stage.line());
  }
}
