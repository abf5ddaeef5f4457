package org.sparklora.lora;

import org.sparklora.model.PackedBatch;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.model.load.ComputeOptions.Checkpointing;
import org.sparklora.model.spec.DecoderSpec;

/** Decides whether a batch's layers are recomputed; gradients are the same either way. */
final class CheckpointingRule {
  /** Beyond this, {@code auto} recomputes. */
  private static final long MOST_BYTES = 2L << 30;

  private Checkpointing choice;
  private final long bytesPerToken;

  CheckpointingRule(DecoderSpec spec, ComputeOptions options) {
    this.choice = options.checkpointing();
    this.bytesPerToken = spec.keptPerToken() * options.type().bytes();
  }

  /** Whether {@code auto} no longer keeps anything. */
  boolean recomputeFromNow() {
    boolean changes = choice == Checkpointing.AUTO;
    choice = changes ? Checkpointing.ON : choice;
    return changes;
  }

  boolean recomputes(PackedBatch batch) {
    return switch (choice) {
      case ON -> true;
      case OFF -> false;
      case AUTO -> bytesPerToken * batch.tokens() > MOST_BYTES;
    };
  }
}
