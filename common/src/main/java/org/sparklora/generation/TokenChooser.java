package org.sparklora.generation;

import org.sparklora.Failure;

/** Chooses the next token of a row: rules on its logits, then the likeliest or a draw. */
public final class TokenChooser {
  private final GenerationSettings settings;
  private final Sampler sampler;

  public TokenChooser(GenerationSettings settings) {
    this.settings = settings;
    this.sampler = new Sampler(settings.sampling());
  }

  /** Whether the token of this place is more than the one of the largest logit. */
  public boolean needsLogits(int position) {
    return !settings.isGreedy() || settings.rules().applyAt(position);
  }

  /** A token by {@code logits[from, from + size)}, which are changed. */
  public int choose(float[] logits, int from, int size, NextToken next) {
    Logits own = new Logits(logits, from, size);
    settings.rules().apply(own, next, settings.stops().ids());
    return settings.isGreedy() ? likeliest(own, next) : sampler.choose(own, next);
  }

  private static int likeliest(Logits logits, NextToken next) {
    int best = logits.likeliest();
    if (!Float.isFinite(logits.of(best))) {
      throw notFinite(next);
    }
    return best;
  }

  static Failure notFinite(NextToken next) {
    return Failure.input(
        "Cannot predict, the model's logits are not finite: row %d, new token %d (expected numbers). Try --base_dtype fp32 or check the weights."
            .formatted(next.row(), next.position()));
  }
}
