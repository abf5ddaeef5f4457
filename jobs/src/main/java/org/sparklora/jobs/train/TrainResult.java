package org.sparklora.jobs.train;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sparklora.command.JobOutcome;
import org.sparklora.jobs.run.JobResult;
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
        });
    return JobOutcome.done(summary(), figures);
  }

  String summary() {
    String steps = "%d steps of run %s".formatted(settings.grid().steps(), settings.runId());
    if (!trained) {
      return "Nothing to do, all %s are trained and published in %s.".formatted(steps, outputDir);
    }
    return "Trained %s%s and published the adapter in %s.%s"
        .formatted(steps, losses(), outputDir, warningLines());
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
