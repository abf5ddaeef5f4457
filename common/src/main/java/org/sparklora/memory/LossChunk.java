package org.sparklora.memory;

import org.sparklora.tensor.NumberType;

/** How many positions' logits are alive at once. */
public final class LossChunk {
  /** On a CPU few enough to stay in the cache, but enough to keep the products fast. */
  private static final long BYTES = 8L << 20;

  /** On a GPU enough to make the start of kernels cheap: 2,000 positions of 65,000 words. */
  private static final long GPU_BYTES = 512L << 20;

  private static final int SMALLEST = 256;

  private LossChunk() {}

  /** For a vocabulary of so many words. */
  public static int positions(long vocabulary, boolean gpu) {
    long bytes = gpu ? GPU_BYTES : BYTES;
    return (int) Math.max(SMALLEST, bytes / (vocabulary * NumberType.FP32.bytes()));
  }
}
