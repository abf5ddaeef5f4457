package org.sparklora.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sparklora.evaluation.Judgement.Best;
import org.sparklora.evaluation.Judgement.Standing;

class TestJudgement {
  @Test
  void theLowestLossIsTheBest() {
    Judgement judgement = judged(Metric.LOSS, 0, 0, 3, 2, 2.5, 1.5);
    assertEquals(Optional.of(new Best(40, 1.5)), judgement.best());
  }

  @Test
  void theHighestAccuracyIsTheBestWhereThatIsAsked() {
    Judgement judgement = new Judgement(new JudgingRule(Metric.TOKEN_ACCURACY, 0, 0));
    assertTrue(judgement.add(new Evaluation(1, 0, 9, 0)));
    assertTrue(judgement.add(new Evaluation(2, 0, 9, 0.25)));
    assertFalse(judgement.add(new Evaluation(3, 0, 1, 0.2)));
    assertEquals(Optional.of(new Best(2, 0.25)), judgement.best());
  }

  @Test
  void ofEqualOnesTheEarliestIsTheBest() {
    assertEquals(Optional.of(new Best(20, 2)), judged(Metric.LOSS, 0, 0, 3, 2, 2, 2).best());
  }

  @Test
  void whatIsNoNumberIsNeverTheBest() {
    double nan = Double.NaN;
    double infinite = Double.POSITIVE_INFINITY;
    assertEquals(Optional.empty(), judged(Metric.LOSS, 0, 0, nan, infinite, nan).best());
    assertEquals(
        Optional.of(new Best(30, 7)), judged(Metric.LOSS, 0, 0, nan, infinite, 7, nan).best());
  }

  @Test
  void patienceCountsEvaluationsInARowWithoutAGain() {
    assertFalse(judged(Metric.LOSS, 2, 0, 3, 2, 2.5, 1.9, 2).isOver());
    assertTrue(judged(Metric.LOSS, 2, 0, 3, 2, 2.5, 2).isOver());
    assertTrue(judged(Metric.LOSS, 2, 0, 3, Double.NaN, Double.NaN).isOver());
    assertFalse(judged(Metric.LOSS, 0, 0, 3, 4, 5, 6, 7).isOver());
  }

  /** As transformers' EarlyStoppingCallback: a small gain is the best, but no reason to go on. */
  @Test
  void aGainThatIsNotAboveTheThresholdIsTheBestButTriesThePatience() {
    Judgement judgement = judged(Metric.LOSS, 2, 0.5, 3, 2.5, 2.25);
    assertTrue(judgement.isOver());
    assertEquals(Optional.of(new Best(30, 2.25)), judgement.best());
    assertFalse(judged(Metric.LOSS, 2, 0.5, 3, 2.5, 1.75).isOver());
  }

  @Test
  void whatTheRunBeginsWithIsNeitherBestNorWorse() {
    Judgement judgement = new Judgement(new JudgingRule(Metric.LOSS, 1, 0));
    judgement.begin(new Evaluation(0, 0, 1, 0));
    assertEquals(Optional.empty(), judgement.best());
    assertTrue(judgement.add(new Evaluation(10, 0, 5, 0)));
    assertFalse(judgement.isOver());
    assertEquals(new Outcome(1, 5, 5, 10, false), judgement.outcome(true));
    assertTrue(Double.isNaN(judgement.outcome(false).before()));
  }

  @Test
  void aRestoredOneGoesOnAsIfNothingHadBeen() {
    Judgement first = judged(Metric.LOSS, 3, 0, 3, 2, 2.5);
    Judgement second = new Judgement(new JudgingRule(Metric.LOSS, 3, 0));
    second.restore(first.evaluations(), first.standing());
    for (Judgement judgement : List.of(first, second)) {
      judgement.add(new Evaluation(40, 0, 2.25, 0));
      assertFalse(judgement.isOver());
      judgement.add(new Evaluation(50, 0, 2, 0));
      assertTrue(judgement.isOver());
      assertEquals(new Standing(new Best(20, 2), 3), judgement.standing());
      assertTrue(judgement.has(30));
      assertFalse(judgement.has(60));
    }
    assertEquals(first.evaluations(), second.evaluations());
  }

  @Test
  void aScoreWithoutLabelsHasNoLoss() {
    assertTrue(Double.isNaN(Score.NOTHING.loss()));
    Score score = new Score(3, 4, 1).plus(new Score(1, 4, 3));
    assertEquals(0.5, score.loss());
    assertEquals(0.5, score.tokenAccuracy());
    assertEquals(Math.exp(0.5), Evaluation.of(1, 0, score).perplexity());
  }

  /** Evaluations after steps 10, 20, … */
  private static Judgement judged(Metric metric, int patience, double threshold, double... losses) {
    Judgement judgement = new Judgement(new JudgingRule(metric, patience, threshold));
    for (int i = 0; i < losses.length; i++) {
      judgement.add(new Evaluation(10L * (i + 1), i, losses[i], 0));
    }
    return judgement;
  }
}
