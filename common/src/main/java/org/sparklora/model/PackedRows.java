package org.sparklora.model;

import ai.djl.ndarray.NDArray;

/**
 * A packed batch as the layers see it: row bounds for attention, angles of the rotary positions,
 * and keys for dropout when training.
 *
 * @param starts where each row starts, and the end
 * @param prefixes per row how many tokens are seen in both directions; empty for causal models
 * @param turns angles of the rotary positions
 * @param dropoutKeys (tokens) odd 32-bit hashes, or null when nothing is dropped
 * @param wanted (n) the tokens whose output a layer makes, in order; null for all
 * @param shares (tokens, rank) fp32: how much of each rank of a model's adapters a token takes;
 *     null where the model has none that rows choose from, or all take the base alone
 */
public record PackedRows(
    long[] starts,
    long[] prefixes,
    Turns turns,
    NDArray dropoutKeys,
    NDArray wanted,
    NDArray shares) {

  /** A batch of which all tokens' output is wanted. */
  PackedRows(long[] starts, long[] prefixes, Turns turns, NDArray dropoutKeys) {
    this(starts, prefixes, turns, dropoutKeys, null, null);
  }

  /** The same batch for a layer that makes the output of some tokens only. */
  PackedRows wanting(NDArray tokens) {
    return new PackedRows(starts, prefixes, turns, dropoutKeys, tokens, shares);
  }

  /** The same batch with adapters that rows choose from. */
  PackedRows sharing(NDArray some) {
    return new PackedRows(starts, prefixes, turns, dropoutKeys, wanted, some);
  }

  /** The most tokens of a row. */
  long longest() {
    long longest = 0;
    for (int i = 1; i < starts.length; i++) {
      longest = Math.max(longest, starts[i] - starts[i - 1]);
    }
    return longest;
  }

  /** Turns channels from {@code offset} on; the tensors are (tokens, 1, turned pairs). */
  record Angles(int offset, NDArray cos, NDArray sin, NDArray minusSin) {}
}
