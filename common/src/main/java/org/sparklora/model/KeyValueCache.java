package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.sparklora.model.DecoderSpec.Attention;
import org.sparklora.model.PackedRows.Angles;
import org.sparklora.tensor.Kernels;
import org.sparklora.tensor.NativeTuple;
import org.sparklora.tensor.NumberType;

/**
 * Keys and values of the tokens that a batch of rows has seen, per layer (rows, groups, capacity,
 * size), each row from its left end. Grows as the rows do.
 */
final class KeyValueCache implements AutoCloseable {
  private static final int GROWTH = 64;

  /** Rows are computed together until padding costs more memory traffic than another call. */
  private static final long MOST_PADDING = 128 << 10;

  private final Attention spec;
  private final NumberType type;
  private final Kernels kernels;
  private final NDManager owner;
  private final List<NDArray> keys = new ArrayList<>();
  private final List<NDArray> values = new ArrayList<>();
  private int capacity;
  private NDArray[] places;
  private long[] bounds;
  private long[] seen;

  /** Native memory lives below {@code parent}. */
  KeyValueCache(Attention spec, NumberType type, Kernels kernels, NDManager parent) {
    this.spec = spec;
    this.type = type;
    this.kernels = kernels;
    this.owner = parent.newSubManager();
  }

  /** Makes room for so many rows, each with so many tokens and the first ones of an answer. */
  void begin(int layers, int rows, int tokens) {
    capacity = roundUp(tokens + GROWTH);
    for (int i = 0; i < layers; i++) {
      keys.add(zeros(rows));
      values.add(zeros(rows));
    }
  }

  /**
   * Prepares a step that appends {@code counts} tokens to each row, at least one, which has {@code
   * lengths} so far. What lies behind a row's length is written over.
   */
  void beginStep(int[] lengths, int[] counts, NDManager scope) {
    int[] grown = IntStream.range(0, counts.length).map(i -> lengths[i] + counts[i]).toArray();
    int longest = Arrays.stream(grown).max().orElse(0);
    if (longest > capacity) {
      grow(roundUp(longest + longest / 4));
    }
    StepLayout layout = new StepLayout(lengths, counts);
    NDArray positions = scope.create(layout.positions(queriesPerKey()));
    NDArray ends = scope.create(layout.places(spec.groups(), capacity));
    NDArray mask =
        kernels.tensor(scope, "cache_mask", positions, counts.length, longest, type.code());
    places =
        layout.isEven()
            ? new NDArray[] {ends, mask}
            : new NDArray[] {
              ends, mask, scope.create(layout.padded()), scope.create(layout.unpadded())
            };
    groupRows(grown);
  }

  /** Query heads that share a key. */
  private int queriesPerKey() {
    return spec.heads() / spec.groups();
  }

  /** Neighbours of similar length, so that short rows do not pay for long ones. */
  private void groupRows(int[] lengths) {
    long bytesPerToken = 2L * spec.groups() * spec.headSize() * type.bytes();
    List<Integer> starts = new ArrayList<>();
    List<Integer> longest = new ArrayList<>();
    int last = -1;
    for (int i = 0; i < lengths.length; i++) {
      int apart = last < 0 ? 0 : Math.abs(longest.get(last) - lengths[i]);
      if (last < 0 || apart * bytesPerToken > MOST_PADDING) {
        starts.add(i);
        longest.add(lengths[i]);
        last++;
      } else {
        longest.set(last, Math.max(longest.get(last), lengths[i]));
      }
    }
    starts.add(lengths.length);
    bounds = starts.stream().mapToLong(Integer::longValue).toArray();
    seen = longest.stream().mapToLong(Integer::longValue).toArray();
  }

  /** Attention of a layer, as {@code attend} returns it; stores the keys and values. */
  NDArray[] attend(int layer, NDArray[] qkv, double scale, Pass pass) {
    PackedRows rows = pass.rows();
    NDArray k = keys.get(layer);
    NDArray v = values.get(layer);
    if (!pass.isStep()) {
      pass.run("fill_cache_", k, qkv[1], rows.starts());
      pass.run("fill_cache_", v, qkv[2], rows.starts());
      return pass.tensors("attend", qkv[0], qkv[1], qkv[2], rows.starts(), rows.prefixes(), scale);
    }
    return new NDArray[] {
      pass.tensor("attend_step", qkv[0], qkv[1], qkv[2], k, v, places, bounds, seen, scale)
    };
  }

  /** All of a layer in a step; stores the keys and values. */
  NDArray step(int layer, NDArray x, NativeTuple weights, NativeTuple form, Pass pass) {
    List<Angles> angles = pass.rows().angles();
    return pass.tensor(
        "layer_step",
        x,
        weights,
        form,
        angles.stream().flatMap(a -> Stream.of(a.cos(), a.sin())).toArray(NDArray[]::new),
        angles.stream().mapToLong(Angles::offset).toArray(),
        keys.get(layer),
        values.get(layer),
        places,
        bounds,
        seen);
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
    long[] shape = {rows, spec.groups(), capacity, spec.headSize()};
    try (NDArray onDevice = owner.create(0)) {
      return kernels.tensor(owner, "zeros", onDevice, shape, type.code());
    }
  }

  private static int roundUp(int tokens) {
    return (tokens + GROWTH - 1) / GROWTH * GROWTH;
  }
}
