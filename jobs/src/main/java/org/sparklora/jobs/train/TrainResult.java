package org.sparklora.jobs.train;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sparklora.command.JobOutcome;
import org.sparklora.evaluation.Outcome;
import org.sparklora.jobs.run.JobResult;
import org.sparklora.train.EvaluationChoice.Publish;
import org.sparklora.train.RunSettings;
import org.sparklora.train.SegmentResult;

/**
 * What the train job made.
 *
 * @param segment how the last segment ended; empty when the run was finished before
 */
public record TrainResult(
    RunSettings settings, String outputDir, Optional<SegmentResult> segment, boolean trained)
    implements JobResult {
  static TrainResult nothingToDo(RunSettings settings, String outputDir) {
    return new TrainResult(settings, outputDir, Optional.empty(), false);
  }

  static TrainResult of(RunPlan plan, Optional<SegmentResult> segment, String outputDir) {
    return new TrainResult(plan.settings(), outputDir, segment, true);
  }

  @Override
  public JobOutcome outcome() {
    Map<String, Number> figures = new TreeMap<>();
    figures.put("rows", settings.grid().rows());
    figures.put("steps", settings.grid().steps());
    segment.ifPresent(
        s -> {
          figures.put("tokens", s.tokens());
          figures.put("first_loss", s.firstLoss());
          figures.put("last_loss", s.lastLoss());
          figures.put("tokens_per_second", s.tokensPerSecond());
          figures.put("skipped_steps", s.skipped());
          if (s.evaluations().isSome()) {
            addTo(figures, s.evaluations());
          }
        });
    return JobOutcome.done(summary(), figures);
  }

  String summary() {
    if (!trained) {
      return "Nothing to do, all %d steps of run %s are trained and published in %s."
          .formatted(settings.grid().steps(), settings.runId(), outputDir);
    }
    long steps = segment.map(SegmentResult::step).orElse(settings.grid().steps());
    return "Trained %d steps of run %s%s and published the adapter%s in %s.%s%s"
        .formatted(
            steps,
            settings.runId(),
            losses(),
            published(),
            outputDir,
            evaluations(),
            warningLines());
  }

  private static void addTo(Map<String, Number> figures, Outcome evaluations) {
    figures.put("eval_loss_before", evaluations.before());
    figures.put("eval_loss_after", evaluations.last());
    figures.put("eval_best_step", evaluations.bestStep());
    figures.put("eval_best", evaluations.best());
    figures.values().removeIf(figure -> Double.isNaN(figure.doubleValue()));
  }

  private Optional<Outcome> judged() {
    return segment.map(SegmentResult::evaluations).filter(Outcome::isSome);
  }

  private String published() {
    return judged()
        .filter(e -> e.bestStep() >= 0)
        .filter(e -> settings.config().evaluation().publish() == Publish.BEST)
        .map(e -> " of step %d, the best".formatted(e.bestStep()))
        .orElse("");
  }

  private String evaluations() {
    return judged()
        .map(
            e ->
                " On held-out rows: loss %s%.4f after the last step; best %s %.4f.%s"
                    .formatted(
                        Double.isNaN(e.before()) ? "" : "%.4f before, ".formatted(e.before()),
                        e.last(),
                        settings.config().evaluation().rule().metric().inWords(),
                        e.best(),
                        e.early() ? " It got no better, so the run ended early." : ""))
        .orElse("");
  }

  private String losses() {
    return segment
        .map(
            s ->
                " (loss %.4f at first, %.4f at last; %.0f tokens/s)"
                    .formatted(s.firstLoss(), s.lastLoss(), s.tokensPerSecond()))
        .orElse("");
  }

  /** For the user, of the segment that ended the run. */
  List<String> warnings() {
    return segment.map(SegmentResult::warnings).orElse(List.of());
  }

  private String warningLines() {
    List<String> all = warnings();
    return all.isEmpty() ? "" : "\nWarning: " + String.join("\nWarning: ", all);
  }
}
