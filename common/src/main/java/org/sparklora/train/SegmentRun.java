package org.sparklora.train;

import java.util.Iterator;
import java.util.List;
import org.sparklora.collective.AllReduce;
import org.sparklora.train.SegmentResult.End;

/** The loop over the steps of one segment on one rank. */
final class SegmentRun {
  private final RunSettings run;
  private final LoopState state;
  private final Segment segment;
  private final AllReduce peers;
  private final RankServices services;
  private final long started = System.nanoTime();
  private long tokensHere;

  SegmentRun(
      RunSettings run, LoopState state, Segment segment, AllReduce peers, RankServices services) {
    this.run = run;
    this.state = state;
    this.segment = segment;
    this.peers = peers;
    this.services = services;
  }

  SegmentResult train(TrainingStep step, Iterator<PlannedRow> rows) {
    StepRows stream = new StepRows(rows);
    while (state.step < segment.to()) {
      peers.atStep(state.step);
      TrainingStep.Verdict verdict =
          step.run(stream.of(state.step), peers, services.stopAsked().getAsBoolean());
      report(verdict);
      if (state.skipped > RankTrainer.MOST_SKIPPED) {
        return result(End.DIVERGED);
      }
      if (verdict.stop() && state.step < run.grid().steps()) {
        return result(End.STOPPED);
      }
    }
    return result(state.step == run.grid().steps() ? End.RUN_DONE : End.SEGMENT_DONE);
  }

  private void report(TrainingStep.Verdict verdict) {
    tokensHere += verdict.tokens();
    double seconds = (System.nanoTime() - started) / 1e9;
    long steps = run.grid().steps();
    long here = state.step - segment.from();
    StepReport report =
        new StepReport(
            state.step,
            steps,
            run.grid().epochsAfter(state.step),
            verdict.loss(),
            verdict.learningRate(),
            verdict.gradNorm(),
            verdict.tokens(),
            tokensHere / seconds,
            seconds / here * (steps - state.step),
            verdict.kind());
    if (state.step % run.config().saving().loggingSteps() == 0 || state.step == steps) {
      state.losses.log(report);
    }
    if (peers.rank() == 0) {
      services.progress().accept(report);
    }
  }

  private SegmentResult result(End end) {
    double seconds = (System.nanoTime() - started) / 1e9;
    return new SegmentResult(
        end,
        state.step,
        "",
        state.losses.first(),
        state.losses.last(),
        state.tokens,
        tokensHere / seconds,
        state.skipped,
        List.of());
  }
}
