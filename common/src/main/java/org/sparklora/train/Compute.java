package org.sparklora.train;

import java.io.Serializable;
import org.sparklora.config.Problems;
import org.sparklora.config.Settings;
import org.sparklora.model.load.ComputeOptions.Checkpointing;
import org.sparklora.tensor.NumberChoice;

/**
 * Types and memory.
 *
 * @param baseDtype of the frozen weights
 * @param microBatchTokens tokens computed at once; 0 chooses
 */
public record Compute(
    NumberChoice baseDtype, Checkpointing checkpointing, int microBatchTokens, String weightsCache)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Above this, longer micro-batches no longer make the matrix products faster. */
  private static final int ENOUGH_TOKENS = 16_384;

  public Compute {
    Problems.of("train")
        .notNegative("max_tokens_per_micro_batch", microBatchTokens, "0 chooses")
        .failIfAny();
  }

  static Compute of(Settings flags) {
    return new Compute(
        dtypeOf(flags),
        flags.choice("gradient_checkpointing", Checkpointing.class),
        flags.whole("max_tokens_per_micro_batch"),
        flags.text("weights_cache"));
  }

  private static NumberChoice dtypeOf(Settings flags) {
    NumberChoice base = flags.choice("base_dtype", NumberChoice.class);
    boolean fp16 = flags.flag("fp16");
    boolean bf16 = flags.flag("bf16");
    NumberChoice asked = fp16 ? NumberChoice.FP16 : bf16 ? NumberChoice.BF16 : base;
    Problems.of("train")
        .unless(
            !(fp16 && bf16),
            "two types are asked for: --fp16 and --bf16 (expected one). Drop one of them.")
        .unless(
            (fp16 && bf16) || base == NumberChoice.AUTO || base == asked,
            "two types are asked for: --%s and --base_dtype %s (expected one). Drop one of them."
                .formatted(asked.word(), base.word()))
        .failIfAny();
    return asked;
  }

  /**
   * Tokens computed at once: what was asked for, else what {@code rowsPerDevice} of the table's
   * longest rows need, at most 16,384 and at least the longest row.
   */
  public int resolvedMicroBatchTokens(int rowsPerDevice, int longestRow) {
    if (microBatchTokens > 0) {
      return microBatchTokens;
    }
    long padded = (long) rowsPerDevice * longestRow;
    return Math.max(longestRow, (int) Math.min(ENOUGH_TOKENS, padded));
  }
}
