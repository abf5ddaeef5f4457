package org.sparklora.lora;

import org.sparklora.model.PackedBatch;
import org.sparklora.model.spec.LinearModule;

/**
 * Keys of the dropout masks. The mask of a token in a module is a window into one long random row
 * of ones and zeros, chosen by the product of the token's and the module's keys: a function of
 * seed, step, row, token, layer and target, and of nothing else. Copying a window costs a tenth of
 * drawing its numbers.
 */
final class DropoutKeys {
  /** As the kernel {@code masks} counts them. */
  static final int WINDOWS = 1 << 15;

  /** Numbers between the starts of two windows. */
  static final int STRIDE = 32;

  private static final long TOKENS = 1;
  private static final long MODULES = 2;
  private static final long NUMBERS = 3;

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

  /** The key of a module with this index among the model's modules. */
  int ofModule(LinearModule module, int index) {
    return CounterHash.oddKey(seed, MODULES, module.layer(), index);
  }

  /** The row with all windows of {@code inputs} channels: 1 is kept, 0 is dropped. */
  float[] numbers(int inputs) {
    float[] numbers = new float[(WINDOWS - 1) * STRIDE + inputs];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = CounterHash.uniform(seed, NUMBERS, i) < dropout ? 0 : 1;
    }
    return numbers;
  }

  /** The factor of the kept channels. */
  double keptScale() {
    return 1 / (1 - dropout);
  }

  boolean isActive() {
    return dropout > 0;
  }
}
