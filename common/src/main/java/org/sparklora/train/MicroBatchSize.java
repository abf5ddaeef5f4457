package org.sparklora.train;

import ai.djl.engine.EngineException;
import java.util.List;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.lora.TrainableModel;
import org.sparklora.plan.PlannedRow;
import org.sparklora.tensor.DeviceFault;

/**
 * How many tokens a rank computes at once: less after the device ran out of memory, and never more
 * again. The result of a step does not depend on it, but to float error.
 */
final class MicroBatchSize {
  private static final Log LOG = Log.of(MicroBatchSize.class);

  private final int first;
  private int tokens;

  MicroBatchSize(int tokens) {
    this.first = tokens;
    this.tokens = tokens;
  }

  int tokens() {
    return tokens;
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
    if (DeviceFault.of(thrown).filter(f -> f == DeviceFault.OUT_OF_MEMORY).isEmpty()) {
      throw thrown;
    }
    int size = rows.stream().mapToInt(row -> row.row().length()).sum();
    if (rows.size() > 1) {
      tokens = Math.max(1, size / 2);
      LOG.warn(
          "The device has no memory for {} tokens at once; going on with {}. {}",
          size,
          tokens,
          DeviceFault.said(thrown));
    } else if (model.recomputeFromNow()) {
      LOG.warn(
          "The device has no memory for a row of {} tokens; layers are computed again from now on. {}",
          size,
          DeviceFault.said(thrown));
    } else {
      throw doesNotFit(size, thrown);
    }
  }

  private static Failure doesNotFit(int size, EngineException thrown) {
    return Failure.cluster(
        "Cannot go on training, one row does not fit into the device's memory: its %d tokens (expected room beside the weights). Tokenize with a lower --max_seq_length, train with --gradient_checkpointing on, fewer --lora_targets or a smaller base, or on a device with more memory. There: %s"
            .formatted(size, DeviceFault.said(thrown)),
        thrown);
  }
}
