package org.sparklora.train;

import java.util.OptionalInt;
import org.sparklora.Failure;
import org.sparklora.lora.LoraTargets;
import org.sparklora.memory.Activations;
import org.sparklora.memory.ModelNeeds;
import org.sparklora.model.load.ComputeOptions.Checkpointing;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.tensor.Processor;

/**
 * How many tokens a run computes at once where its ranks have so much memory.
 *
 * @param longestRow tokens of the table's longest row, which no micro-batch can do without
 * @param row which one that is; nothing where nobody knows
 */
public record MemoryPlan(
    RunSettings run, ModelNeeds needs, Processor processor, int longestRow, OptionalInt row) {
  private static final long MIB = 1L << 20;

  /** Fewer tokens at once are not worth keeping their activations: products get slower. */
  private static final int ENOUGH_TOKENS = 4_096;

  /** Steps in which the size is chosen, so that a few bytes more or less change nothing. */
  private static final int STEP = 256;

  public static MemoryPlan of(
      RunSettings run, DecoderSpec spec, Processor processor, int longestRow) {
    RunSettings.Resolved resolved = run.resolved();
    ModelNeeds needs =
        new ModelNeeds(
            spec,
            resolved.baseDtype(),
            processor,
            LoraTargets.modules(resolved.loraTargets(), spec),
            run.config().lora().rank());
    return new MemoryPlan(run, needs, processor, longestRow, OptionalInt.empty());
  }

  /** The same where it is known which row is the longest. */
  public MemoryPlan naming(OptionalInt longest) {
    return new MemoryPlan(run, needs, processor, longestRow, longest);
  }

  /** The least that a rank needs on its device: the longest row, or what was asked for. */
  public long least() {
    return needs.bytes(chooses() ? longestRow : run.resolved().microBatchTokens(), sparing());
  }

  /**
   * The run with micro-batches that fit into {@code room} bytes.
   *
   * @param where the rooms' smallest is, in a message's words
   */
  public RunSettings fitInto(long room, String where) {
    if (needs.mostTokens(room, sparing()) < longestRow) {
      throw doesNotFit(room, where);
    }
    int wanted = run.resolved().microBatchTokens();
    int tokens = Math.max(longestRow, Math.min(wanted, tokens(room)));
    return chooses() && tokens < wanted ? run.withMicroBatches(tokens) : run;
  }

  /** As many as can be kept; if they are few, as many as can be computed again. */
  private int tokens(long room) {
    Checkpointing choice = run.resolved().checkpointing();
    int kept = choice == Checkpointing.ON ? 0 : needs.mostTokens(room, Activations.KEPT);
    boolean enough = kept >= Math.max(longestRow, ENOUGH_TOKENS);
    return (enough ? kept : needs.mostTokens(room, sparing())) / STEP * STEP;
  }

  private boolean chooses() {
    return run.config().compute().microBatchTokens() == 0;
  }

  private Activations sparing() {
    return run.resolved().checkpointing() == Checkpointing.OFF
        ? Activations.KEPT
        : Activations.COMPUTED_AGAIN;
  }

  private String ofRow() {
    return row.isPresent() ? " of row %d (the first is 0)".formatted(row.getAsInt()) : "";
  }

  private Failure doesNotFit(long room, String where) {
    return Failure.cluster(
        "Cannot train, the longest row does not fit into the device's memory: %d tokens%s need %d MiB with weights and adapter, and %d MiB are free %s (expected enough). Tokenize with a lower --max_seq_length, train with --gradient_checkpointing auto, a smaller --base_dtype, rank or base, or on a device with more memory."
            .formatted(
                longestRow, ofRow(), needs.bytes(longestRow, sparing()) / MIB, room / MIB, where));
  }
}
