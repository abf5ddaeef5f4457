package org.sparklora.train;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.sparklora.plan.PlannedRow;
import org.sparklora.train.Evaluations.Found;
import org.sparklora.train.SegmentResult.End;
import org.sparklora.train.TrainingStep.Verdict;

/** The loop over the steps of one segment on one rank. */
final class SegmentRun {
  private final Attempt attempt;
  private final RunSettings run;
  private final SavedStates saved;
  private final LoopState state;
  private final RunLog log;
  private final RankClock clock;
  private final SlowRanks slow = new SlowRanks();
  private final Speed speed = new Speed();
  private final long steps;
  private double checkpointSeconds;
  private EarlyEnd early;

  SegmentRun(Attempt attempt, SavedStates saved, LoopState state, RunLog log, RankClock clock) {
    this.attempt = attempt;
    this.run = attempt.run();
    this.saved = saved;
    this.state = state;
    this.log = log;
    this.clock = clock;
    this.steps = run.grid().steps();
  }

  /** Runs to the segment's end, a stop or divergence; only divergence leaves no checkpoint. */
  SegmentResult train(TrainingStep step, Iterator<PlannedRow> rows) {
    StepRows stream = new StepRows(rows);
    Evaluations evaluations =
        new Evaluations(attempt, state, log, step.evaluation(stream.heldOut(), attempt.peers()));
    boolean stop = begin(evaluations) == Found.STOPPED;
    while (state.step < attempt.segment().to() && !stop && !evaluations.isOver()) {
      Verdict verdict = next(step, stream);
      Optional<End> vain = inVain();
      if (vain.isPresent()) {
        saved.uploadOnly(log);
        return result(vain.get());
      }
      stop = evaluateAndSave(evaluations, verdict.stop());
    }
    if (state.step == steps || evaluations.isOver()) {
      return result(End.RUN_DONE);
    }
    return result(stop ? End.STOPPED : End.SEGMENT_DONE);
  }

  /** The checkpoint that the run goes on from stays as it is, also where the run ends with it. */
  private Found begin(Evaluations evaluations) {
    Found found = evaluations.begin();
    if (found != Found.NONE && evaluations.isOver()) {
      early = saved.end(state);
      saved.uploadOnly(log);
    }
    return found;
  }

  private Verdict next(TrainingStep step, StepRows stream) {
    attempt.peers().atStep(state.step + 1); // as progress lines count
    Orders orders = attempt.services().orders();
    orders.awaitRightToWrite();
    List<PlannedRow> rows = clock.rows(() -> stream.of(state.step));
    Consumer<StepSums> rider = isLogged(state.step + 1) ? clock::tell : sums -> {};
    Verdict verdict =
        clock.step(
            state.step + 1, rows, () -> step.run(rows, attempt.peers(), orders.stop(), rider));
    report(verdict);
    return verdict;
  }

  private Optional<End> inVain() {
    if (state.skipped > RankTrainer.MOST_SKIPPED) {
      return Optional.of(End.DIVERGED);
    }
    return state.step == steps && state.losses.isEmpty()
        ? Optional.of(End.NOTHING_TRAINED)
        : Optional.empty();
  }

  /** A stop is not kept waiting, but for the last step's evaluation; whether there is one. */
  private boolean evaluateAndSave(Evaluations evaluations, boolean stop) {
    Found found = stop && state.step < steps ? Found.NONE : speed.pausing(evaluations::afterStep);
    boolean ends = stop || found == Found.STOPPED;
    if (ends || found == Found.BEST || evaluations.isOver() || isSaved(state.step)) {
      save();
    }
    return ends;
  }

  private boolean isSaved(long step) {
    return step == attempt.segment().to() || step % run.config().saving().saveSteps() == 0;
  }

  private boolean isLogged(long step) {
    return step % run.config().saving().loggingSteps() == 0 || step == steps;
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
    if (isLogged(state.step)) {
      Map<String, Double> shares = shares();
      state.losses.log(report).ifPresent(entry -> log.log(entry, report, shares));
    }
    if (attempt.isRankZero()) {
      attempt.services().progress().step(report);
    }
  }

  /** What the ranks did with their time, as they told with the step's sum. */
  private Map<String, Double> shares() {
    if (!attempt.isRankZero()) {
      return Map.of();
    }
    List<RankShare> shares = clock.told();
    slow.judge(shares).forEach(attempt.services().progress()::news);
    Map<String, Double> figures = RankFigures.of(shares);
    figures.put("train/tokens", (double) state.tokens);
    figures.put("train/checkpoint_seconds", checkpointSeconds);
    return figures;
  }

  private void save() {
    long begin = System.nanoTime();
    saved.save(state, log);
    checkpointSeconds = (System.nanoTime() - begin) / 1e9;
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
        state.judgement.outcome(run.config().evaluation().onStart()),
        List.of(),
        early);
  }
}
