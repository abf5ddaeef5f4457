package org.sparklora.train;

import org.sparklora.evaluation.Evaluation;

/**
 * The evaluations of one segment on one rank: which steps have one, what is noted and said of it.
 * All ranks find the same, so they agree without a word on what is best and when to end.
 */
final class Evaluations {
  private final Attempt attempt;
  private final RunSettings run;
  private final LoopState state;
  private final RunLog log;
  private final EvaluationPass pass;

  Evaluations(Attempt attempt, LoopState state, RunLog log, EvaluationPass pass) {
    this.attempt = attempt;
    this.run = attempt.run();
    this.state = state;
    this.log = log;
    this.pass = pass;
  }

  /** What an evaluation came to. */
  enum Found {
    /** There was none to make. */
    NONE,
    BEST,
    NO_BETTER,
    /** A stop came first; the step is evaluated when the run goes on. */
    STOPPED
  }

  /** Whether the run ends here because its evaluations got no better. */
  boolean isOver() {
    return state.judgement.isOver();
  }

  /** Evaluates what the run begins with, or a step that a stop left without its evaluation. */
  Found begin() {
    boolean own = attempt.segment().source().isEmpty();
    boolean fresh = state.judgement.evaluations().isEmpty() && (state.step == 0 || !own);
    if (fresh && choice().isWanted() && choice().onStart()) {
      return evaluated(true);
    }
    return own ? afterStep() : Found.NONE;
  }

  /** Evaluates the step that was just done, if it is one for it. */
  Found afterStep() {
    boolean owed =
        choice().isDue(state.step, run.grid().steps()) && !state.judgement.has(state.step);
    return owed ? evaluated(false) : Found.NONE;
  }

  private Found evaluated(boolean first) {
    long started = System.nanoTime();
    return pass.run(this::isStopAsked, this::say)
        .map(total -> noted(first, total, (System.nanoTime() - started) / 1e9))
        .orElse(Found.STOPPED);
  }

  private Found noted(boolean first, EvaluationPart total, double seconds) {
    Evaluation evaluation =
        Evaluation.of(state.step, run.grid().epochsAfter(state.step), total.score());
    boolean best = false;
    if (first) {
      state.judgement.begin(evaluation);
    } else {
      best = state.judgement.add(evaluation);
    }
    EvaluationReport report =
        new EvaluationReport(evaluation, run.grid().steps(), total.rows(), seconds, best);
    log.log(report);
    if (attempt.isRankZero()) {
      attempt.services().progress().evaluated(report);
    }
    return best ? Found.BEST : Found.NO_BETTER;
  }

  /** The last step is evaluated whatever is asked: with it the run is done. */
  private boolean isStopAsked() {
    attempt.services().orders().awaitRightToWrite();
    return state.step != run.grid().steps() && attempt.services().orders().stop();
  }

  private void say(long rows) {
    if (attempt.isRankZero()) {
      attempt.services().progress().evaluating(state.step, rows);
    }
  }

  private EvaluationChoice choice() {
    return run.config().evaluation();
  }
}
