package org.sparklora.train;

import java.io.Serializable;
import org.sparklora.config.Problems;
import org.sparklora.config.Settings;

/**
 * Types and memory.
 *
 * @param baseDtype {@code auto}, {@code fp32}, {@code bf16} or {@code fp16}
 * @param checkpointing {@code auto}, {@code on} or {@code off}
 * @param microBatchTokens tokens computed at once; 0 chooses
 */
public record Compute(
    String baseDtype, String checkpointing, int microBatchTokens, String weightsCache)
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
        flags.text("gradient_checkpointing"),
        flags.whole("max_tokens_per_micro_batch"),
        flags.text("weights_cache"));
  }

  private static String dtypeOf(Settings flags) {
    String base = flags.text("base_dtype");
    boolean fp16 = flags.flag("fp16");
    boolean bf16 = flags.flag("bf16");
    String asked = fp16 ? "fp16" : bf16 ? "bf16" : base;
    Problems.of("train")
        .unless(
            !(fp16 && bf16),
            "two types are asked for: --fp16 and --bf16 (expected one). Drop one of them.")
        .unless(
            (fp16 && bf16) || base.equals("auto") || base.equals(asked),
            "two types are asked for: --%s and --base_dtype %s (expected one). Drop one of them."
                .formatted(asked, base))
        .failIfAny();
    return asked;
  }

  /** The type of the frozen weights: what was asked for, else fp32 on CPU and bf16 on GPU. */
  public String resolvedDtype(boolean gpu) {
    if (!baseDtype.equals("auto")) {
      return baseDtype;
    }
    return gpu ? "bf16" : "fp32";
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
