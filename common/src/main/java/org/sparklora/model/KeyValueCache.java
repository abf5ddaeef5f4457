package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.sparklora.model.DecoderSpec.Attention;
import org.sparklora.tensor.Kernels;
import org.sparklora.tensor.NumberType;

/**
 * Keys and values of the tokens that a batch of rows has seen, per layer (rows, capacity, groups,
 * size), each row from its left end. Grows as the rows do.
 */
final class KeyValueCache implements AutoCloseable {
  private static final int GROWTH = 64;

  private final Attention spec;
  private final NumberType type;
  private final Kernels kernels;
  private final NDManager owner;
  private final List<NDArray> keys = new ArrayList<>();
  private final List<NDArray> values = new ArrayList<>();
  private int capacity;
  private NDArray rowIndex;
  private NDArray positions;
  private NDArray mask;
  private int longest;

  /** Native memory lives below {@code parent}. */
  KeyValueCache(Attention spec, NumberType type, Kernels kernels, NDManager parent) {
    this.spec = spec;
    this.type = type;
    this.kernels = kernels;
    this.owner = parent.newSubManager();
  }

  /** Makes room for so many rows, each with so many tokens. */
  void begin(int layers, int rows, int tokens) {
    capacity = roundUp(tokens + 1);
    for (int i = 0; i < layers; i++) {
      keys.add(zeros(rows));
      values.add(zeros(rows));
    }
  }

  /** Prepares a step that appends one token to each row, which has {@code lengths} so far. */
  void beginStep(int[] lengths, NDManager scope) {
    longest = 0;
    int[] index = new int[lengths.length];
    for (int i = 0; i < lengths.length; i++) {
      longest = Math.max(longest, lengths[i] + 1);
      index[i] = i;
    }
    if (longest > capacity) {
      grow(roundUp(longest));
    }
    rowIndex = scope.create(index);
    positions = scope.create(lengths);
    mask = kernels.tensor(scope, "cache_mask", positions, longest, type.code());
  }

  /** Attention of a layer, as {@code attend} returns it; stores the keys and values. */
  NDArray[] attend(int layer, NDArray[] qkv, double scale, Pass pass) {
    PackedRows rows = pass.rows();
    NDArray k = keys.get(layer);
    NDArray v = values.get(layer);
    if (rows.starts().length > 0) {
      pass.run("fill_cache_", k, qkv[1], rows.starts());
      pass.run("fill_cache_", v, qkv[2], rows.starts());
      return pass.tensors("attend", qkv[0], qkv[1], qkv[2], rows.starts(), rows.prefixes(), scale);
    }
    pass.run("append_cache_", k, qkv[1], rowIndex, positions);
    pass.run("append_cache_", v, qkv[2], rowIndex, positions);
    return new NDArray[] {pass.tensor("attend_cache", qkv[0], k, v, mask, scale)};
  }

  /** Keeps these rows only, in this order. */
  void keep(NDArray rows) {
    replaceAll(keys, "pick", rows);
    replaceAll(values, "pick", rows);
  }

  @Override
  public void close() {
    owner.close();
  }

  private void grow(int tokens) {
    replaceAll(keys, "widen_cache", tokens);
    replaceAll(values, "widen_cache", tokens);
    capacity = tokens;
  }

  private void replaceAll(List<NDArray> caches, String kernel, Object argument) {
    caches.replaceAll(
        cache -> {
          try (cache) {
            return kernels.tensor(owner, kernel, cache, argument);
          }
        });
  }

  private NDArray zeros(int rows) {
    long[] shape = {rows, capacity, spec.groups(), spec.headSize()};
    try (NDArray onDevice = owner.create(0)) {
      return kernels.tensor(owner, "zeros", onDevice, shape, type.code());
    }
  }

  private static int roundUp(int tokens) {
    return (tokens + GROWTH - 1) / GROWTH * GROWTH;
  }
}
