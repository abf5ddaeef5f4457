package org.sparklora.model;

import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.tensor.NumberType;

/** About what a rank needs outside the Java heap, where libtorch has its tensors. */
public final class MemoryEstimate {
  private static final long ENGINE = 512L << 20;
  private static final long MOST_ACTIVATIONS = 2L << 30; // beyond it layers are computed twice
  private static final int LOGIT_COPIES = 3; // logits, their gradient, and one on the way

  private MemoryEstimate() {}

  /** In bytes; with a GPU the tensors are there and only loading passes through the host. */
  public static long ofRank(DecoderSpec spec, NumberType type, int tokensAtOnce, boolean gpu) {
    if (gpu) {
      return ENGINE + (1L << 30);
    }
    long embedding = 2L * spec.size().vocabulary() * spec.size().hidden();
    long linear =
        spec.linearModules().stream().mapToLong(m -> (long) m.inputs() * m.outputs()).sum();
    long weights = (embedding + linear) * type.bytes();
    long kept = spec.keptPerToken() * type.bytes() * tokensAtOnce;
    long logits = (long) LOGIT_COPIES * Float.BYTES * spec.size().vocabulary() * tokensAtOnce;
    return ENGINE + weights + Math.min(kept, MOST_ACTIVATIONS) + logits;
  }
}
