package org.sparklora.train;

import java.util.Iterator;
import java.util.List;
import org.sparklora.plan.PlannedRow;
import org.sparklora.train.SegmentResult.End;
import org.sparklora.train.TrainingStep.Verdict;

/** The loop over the steps of one segment on one rank. */
final class SegmentRun {
  private final Attempt attempt;
  private final RunSettings run;
  private final SavedStates saved;
  private final LoopState state;
  private final RunLog log;
  private final Speed speed = new Speed();
  private final long steps;

  SegmentRun(Attempt attempt, SavedStates saved, LoopState state, RunLog log) {
    this.attempt = attempt;
    this.run = attempt.run();
    this.saved = saved;
    this.state = state;
    this.log = log;
    this.steps = run.grid().steps();
  }

  /** Runs to the segment's end, a stop or divergence; only divergence leaves no checkpoint. */
  SegmentResult train(TrainingStep step, Iterator<PlannedRow> rows) {
    StepRows stream = new StepRows(rows);
    Orders orders = attempt.services().orders();
    boolean stop = false;
    while (state.step < attempt.segment().to() && !stop) {
      attempt.peers().atStep(state.step + 1); // as progress lines count
      orders.awaitRightToWrite();
      Verdict verdict = step.run(stream.of(state.step), attempt.peers(), orders.stop());
      report(verdict);
      if (state.skipped > RankTrainer.MOST_SKIPPED) {
        saved.uploadOnly(log);
        return result(End.DIVERGED);
      }
      if (state.step == steps && state.losses.isEmpty()) {
        saved.uploadOnly(log);
        return result(End.NOTHING_TRAINED);
      }
      stop = verdict.stop();
      if (stop || isSaved(state.step)) {
        saved.save(state, log);
      }
    }
    if (state.step == steps) {
      return result(End.RUN_DONE);
    }
    return result(stop ? End.STOPPED : End.SEGMENT_DONE);
  }

  private boolean isSaved(long step) {
    return step == attempt.segment().to() || step % run.config().saving().saveSteps() == 0;
  }

  private void report(Verdict verdict) {
    speed.step(verdict.tokens());
    StepReport report =
        new StepReport(
            state.step,
            steps,
            run.grid().epochsAfter(state.step),
            verdict.loss(),
            verdict.learningRate(),
            verdict.gradNorm(),
            verdict.tokens(),
            speed.tokensPerSecond(),
            speed.secondsFor(steps - state.step),
            verdict.kind());
    if (state.step % run.config().saving().loggingSteps() == 0 || state.step == steps) {
      state.losses.log(report).ifPresent(entry -> log.log(entry, report));
    }
    if (attempt.isRankZero()) {
      attempt.services().progress().accept(report);
    }
  }

  private SegmentResult result(End end) {
    return new SegmentResult(
        end,
        state.step,
        state.checkpoint,
        state.losses.first(),
        state.losses.last(),
        state.tokens,
        speed.tokensPerSecond(),
        state.skipped,
        List.of());
  }
}
