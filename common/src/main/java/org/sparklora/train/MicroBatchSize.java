package org.sparklora.train;

import ai.djl.engine.EngineException;
import java.util.List;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.batch.MicroBatches;
import org.sparklora.lora.TrainableModel;
import org.sparklora.plan.PlannedRow;
import org.sparklora.tensor.DeviceFault;

/**
 * How many tokens a rank computes at once: less after the device ran out of memory, and never more
 * again. The result of a step does not depend on it, but to float error.
 */
final class MicroBatchSize {
  private static final Log LOG = Log.of(MicroBatchSize.class);

  private final RunSettings run;
  private final int first;
  private int tokens;

  /** As the run has planned it. */
  MicroBatchSize(RunSettings run) {
    this.run = run;
    this.first = run.resolved().microBatchTokens();
    this.tokens = first;
  }

  /** Cuts rows by the size of this moment. */
  MicroBatches batches() {
    return new MicroBatches(run.resolved().labelPolicy(), tokens);
  }

  /** What is to be said at the end of a run; empty where nothing was changed. */
  String warning() {
    return tokens == first
        ? ""
        : "The device ran out of memory: micro-batches became smaller, from %d to %d tokens. Give --max_tokens_per_micro_batch %d next time."
            .formatted(first, tokens, tokens);
  }

  /**
   * Makes room after a micro-batch of these rows had none; the step can then be done again. Throws
   * what is not a matter of memory, and fails where one row alone does not fit.
   */
  void makeRoom(List<PlannedRow> rows, EngineException thrown, TrainableModel model) {
    requireLackOfMemory(thrown);
    if (rows.size() > 1) {
      halve(rows, thrown);
    } else if (model.recomputeFromNow()) {
      LOG.warn(
          "The device has no memory for {}; layers are computed again from now on. {}",
          RowName.of(rows.get(0), run),
          DeviceFault.said(thrown));
    } else {
      throw doesNotFit(
          "training",
          rows.get(0),
          "train with --gradient_checkpointing on, fewer --lora_targets or a smaller base, or on a"
              + " device with more memory",
          thrown);
    }
  }

  /** The same after these rows could not be evaluated, which keeps nothing for a backward pass. */
  void makeRoomToEvaluate(List<PlannedRow> rows, EngineException thrown) {
    requireLackOfMemory(thrown);
    if (rows.size() == 1) {
      throw doesNotFit(
          "evaluating",
          rows.get(0),
          "train with a smaller --base_dtype or base, or on a device with more memory",
          thrown);
    }
    halve(rows, thrown);
  }

  private static void requireLackOfMemory(EngineException thrown) {
    if (!DeviceFault.isOutOfMemory(thrown)) {
      throw thrown;
    }
  }

  private void halve(List<PlannedRow> rows, EngineException thrown) {
    int size = rows.stream().mapToInt(row -> row.row().length()).sum();
    tokens = Math.max(1, size / 2);
    LOG.warn(
        "The device has no memory for {} tokens at once; going on with {}. {}",
        size,
        tokens,
        DeviceFault.said(thrown));
  }

  private Failure doesNotFit(String work, PlannedRow row, String remedy, EngineException thrown) {
    return Failure.cluster(
        "Cannot go on %s, one row does not fit into the device's memory: %s (expected room beside the weights). Tokenize with a lower --max_seq_length, %s. There: %s"
            .formatted(work, RowName.of(row, run), remedy, DeviceFault.said(thrown)),
        thrown);
  }
}
