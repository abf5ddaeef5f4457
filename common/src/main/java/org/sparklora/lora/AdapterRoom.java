package org.sparklora.lora;

import java.util.List;
import org.sparklora.Failure;
import org.sparklora.model.spec.LinearModule;

/** Checks that a base has room for an adapter of some settings, before anything is loaded. */
public final class AdapterRoom {
  /** Values of all matrices together: one Java array holds them. */
  static final long MOST_VALUES = Integer.MAX_VALUE - 1024;

  private AdapterRoom() {}

  /** Fails when a target names nothing in the base, or the rank is beyond sense or memory. */
  public static void check(List<LinearModule> modules, LoraSettings settings) {
    List<LinearModule> adapted = TargetMatching.match(modules, settings.targets());
    long rank = settings.rank();
    long widest = adapted.stream().mapToLong(AdapterRoom::largerSide).max().orElseThrow();
    long perRank = adapted.stream().mapToLong(m -> (long) m.inputs() + m.outputs()).sum();
    long most = Math.min(widest, MOST_VALUES / perRank);
    if (rank > most) {
      throw Failure.usage(
          "Cannot place the adapter, --lora_rank is too large for this base: %d (expected at most %d). Lower it, 4 to 64 are usual."
              .formatted(rank, most));
    }
  }

  private static long largerSide(LinearModule module) {
    return Math.max(module.inputs(), module.outputs());
  }
}
