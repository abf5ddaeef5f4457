package org.sparklora.lora;

import java.util.OptionalLong;
import org.sparklora.memory.Activations;
import org.sparklora.memory.ModelNeeds;
import org.sparklora.model.PackedBatch;
import org.sparklora.model.load.ComputeOptions.Checkpointing;

/** Decides whether a batch's layers are recomputed; gradients are the same either way. */
final class CheckpointingRule {
  /** Kept where nobody knows how much memory there is. */
  private static final long USUAL_BYTES = 2L << 30;

  private final ModelNeeds needs;
  private final long mostKept;
  private Checkpointing choice;

  /**
   * @param room bytes for all that the model needs; nothing where nobody knows
   * @param least bytes that activations may have, whatever {@code room} says
   */
  CheckpointingRule(Checkpointing choice, ModelNeeds needs, OptionalLong room, long least) {
    this.choice = choice;
    this.needs = needs;
    this.mostKept =
        room.isPresent() ? Math.max(least, room.getAsLong() - needs.fixed()) : USUAL_BYTES;
  }

  /** On a host without a limit weights are mapped, and may be dropped for a while. */
  static long least(boolean limited) {
    return limited ? 0 : USUAL_BYTES;
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
      case AUTO -> needs.perToken(Activations.KEPT) * batch.tokens() > mostKept;
    };
  }
}
