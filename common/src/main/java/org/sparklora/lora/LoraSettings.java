package org.sparklora.lora;

import java.io.Serializable;
import java.util.List;
import org.sparklora.config.Problems;

/**
 * What kind of adapter to train.
 *
 * @param rank columns of the narrow matrices
 * @param alpha scaling is alpha / rank, or alpha / √rank with {@code rslora}
 * @param dropout share of an adapter's inputs that is dropped while training
 * @param targets names of linear modules: full, or their last parts
 * @param seed of the first values of A and of the dropout masks
 */
public record LoraSettings(
    int rank, double alpha, double dropout, List<String> targets, boolean rslora, long seed)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public LoraSettings {
    targets = List.copyOf(targets);
    Problems.listed()
        .unless(rank >= 1, "--lora_rank " + rank + " (expected at least 1)")
        .unless(
            alpha > 0 && Double.isFinite(alpha),
            "--lora_alpha " + alpha + " (expected a positive number)")
        .unless(
            dropout >= 0 && dropout < 1,
            "--lora_dropout " + dropout + " (expected at least 0 and below 1)")
        .unless(!targets.isEmpty(), "--lora_targets is empty (expected names of linear modules)")
        .failIfAny("Cannot make the adapter, its settings are wrong: ", ". Change these flags.");
  }

  /** The factor of the adapter's output. */
  public double scaling() {
    return alpha / (rslora ? Math.sqrt(rank) : rank);
  }
}
