package org.sparklora.lora;

import org.sparklora.model.LinearModule;
import org.sparklora.model.PackedBatch;

/**
 * Keys of the dropout masks. A channel of a token is dropped when the product of the token's and
 * the channel's keys, modulo 2^32, falls below a threshold: a function of seed, step, row, token,
 * layer, target and channel, and of nothing else.
 */
final class DropoutKeys {
  private static final long TOKENS = 1;
  private static final long CHANNELS = 2;

  private final long seed;
  private final double dropout;

  DropoutKeys(long seed, double dropout) {
    this.seed = seed;
    this.dropout = dropout;
  }

  /** One key per token of the batch, or null without dropout. */
  int[] ofTokens(PackedBatch batch, long step) {
    if (dropout == 0) {
      return null;
    }
    int[] keys = new int[batch.tokens()];
    for (int row = 0; row < batch.rows(); row++) {
      int start = batch.rowStarts()[row];
      for (int i = start; i < batch.rowStarts()[row + 1]; i++) {
        keys[i] = CounterHash.oddKey(seed, TOKENS, step, batch.rowPositions()[row], i - start);
      }
    }
    return keys;
  }

  /** One key per input channel of a module, whose index among the model's modules is given. */
  int[] ofChannels(LinearModule module, int index) {
    int[] keys = new int[module.inputs()];
    for (int channel = 0; channel < keys.length; channel++) {
      keys[channel] = CounterHash.oddKey(seed, CHANNELS, module.layer(), index, channel);
    }
    return keys;
  }

  /** Products below this are dropped; they are rounded to fp32 before they are compared. */
  double threshold() {
    return Integer.MIN_VALUE + dropout * 0x1p32;
  }

  /** What the kept channels are multiplied with. */
  double keptScale() {
    return 1 / (1 - dropout);
  }

  boolean isActive() {
    return dropout > 0;
  }
}
