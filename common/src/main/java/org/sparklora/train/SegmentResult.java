package org.sparklora.train;

import java.io.Serializable;
import java.util.List;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.evaluation.Outcome;

/**
 * How a rank's segment ended; equal on all ranks. A value, not a failure, so that it reaches the
 * driver whole.
 *
 * @param step steps done
 * @param checkpoint folder of the newest checkpoint of this run, empty if there is none
 * @param firstLoss loss of the run's first step with labels
 * @param lastLoss loss of the newest
 * @param tokens ids of labelled rows trained so far
 * @param tokensPerSecond in this segment
 * @param skipped steps skipped because a loss or gradient was not finite
 * @param evaluations what they came to
 * @param warnings for the user, after the run's last step
 * @param early what the checkpoint does not know of the run's end; null where it knows all
 */
public record SegmentResult(
    End end,
    long step,
    String checkpoint,
    double firstLoss,
    double lastLoss,
    long tokens,
    double tokensPerSecond,
    long skipped,
    Outcome evaluations,
    List<String> warnings,
    EarlyEnd early)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Why the segment ended. */
  public enum End {
    /** The segment is done, the run is not. */
    SEGMENT_DONE,
    /** The run's last step is done and saved. */
    RUN_DONE,
    /** A stop was asked for; the state is saved. */
    STOPPED,
    /** The run's last step is done, and none of its steps changed the adapter; nothing is saved. */
    NOTHING_TRAINED,
    /** Too many steps were not finite; the newest checkpoint is good. */
    DIVERGED
  }

  public SegmentResult {
    warnings = List.copyOf(warnings);
  }

  SegmentResult with(List<String> words) {
    return new SegmentResult(
        end,
        step,
        checkpoint,
        firstLoss,
        lastLoss,
        tokens,
        tokensPerSecond,
        skipped,
        evaluations,
        words,
        early);
  }

  /**
   * Fails with exit code 5 if training diverged, 3 if rows had no labels, and with 143 if it was
   * stopped.
   */
  public SegmentResult orFail() {
    return orFail("a signal");
  }

  /**
   * As {@link #orFail()}.
   *
   * @param stopper who asked for the stop, if one was asked for
   */
  public SegmentResult orFail(String stopper) {
    if (end == End.DIVERGED) {
      throw new Failure(
          ExitCode.DIVERGED,
          "Cannot go on training, the loss or gradient was not finite too often: %d steps up to step %d (expected at most %d). Lower --learning_rate or look at the rows of these steps; %s."
              .formatted(skipped, step, RankTrainer.MOST_SKIPPED, lastGood()));
    }
    if (end == End.NOTHING_TRAINED) {
      throw nothingTrained();
    }
    if (end == End.STOPPED) {
      throw new Failure(
          ExitCode.STOPPED,
          "Stopped by %s after step %d; %s. Run the same command again to go on."
              .formatted(stopper, step, lastGood()));
    }
    return this;
  }

  private Failure nothingTrained() {
    return tokens == 0
        ? Failure.input(
            "Cannot train, no row of the feature table has labels: none in %d steps (expected some). Look at the targets, or tokenize again with a higher --max_seq_length."
                .formatted(step))
        : new Failure(
            ExitCode.DIVERGED,
            "Cannot train, the loss or gradient was not finite in any step: %d steps (expected numbers). Try --base_dtype fp32 or a lower --learning_rate, or look at base and rows."
                .formatted(step));
  }

  private String lastGood() {
    return checkpoint.isEmpty()
        ? "there is no checkpoint yet"
        : "the last checkpoint is " + checkpoint;
  }
}
