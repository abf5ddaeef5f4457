package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sparklora.Failure;
import org.sparklora.model.PackedRows.Angles;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.model.spec.DecoderSpec.PromptTokens;
import org.sparklora.model.spec.DecoderSpec.RotaryLayout;
import org.sparklora.tensor.Kernels;
import org.sparklora.tensor.NumberType;

/** Rotary positions of tokens, and how far a row's prompt is seen in both directions. */
final class Positions {
  private final DecoderSpec spec;
  private final AngleTable table;
  private final AngleTable windowTable;

  /** The tables of angles belong to {@code owner}. */
  Positions(DecoderSpec spec, NumberType type, NDManager owner) {
    this.spec = spec;
    List<Float> usual = spec.rotary().inverseFrequencies();
    List<Float> windowed = spec.rotary().windowFrequencies();
    this.table = new AngleTable(usual, type, owner);
    this.windowTable = windowed.equals(usual) ? table : new AngleTable(windowed, type, owner);
  }

  /** Positions of one row: one list, or two for a two-dimensional model. */
  int[][] ofRow(int[] ids, int start, int end) {
    int n = end - start;
    int[] first = new int[n];
    for (int i = 0; i < n; i++) {
      first[i] = i;
    }
    if (spec.rotary().layout() != RotaryLayout.TWO_DIMENSIONAL) {
      return new int[][] {first};
    }
    int prefix = prefix(ids, start, end);
    int mask = maskPosition(ids, start, end);
    int[] second = new int[n];
    for (int i = prefix; i < n; i++) {
      first[i] = mask;
      second[i] = i - prefix + 1;
    }
    return new int[][] {first, second};
  }

  /** Where the answer's start token stands: the tokens before it are seen in both directions. */
  int prefix(int[] ids, int start, int end) {
    return find(ids, start, end, spec.promptTokens().start(), "start token");
  }

  /**
   * Row bounds, prefixes and angles of a batch; tokens beyond the batch are a row of their own, all
   * at position 0. The tensors belong to {@code scope}.
   */
  PackedRows rows(
      PackedBatch batch, int tokens, Kernels kernels, NDManager scope, NDArray dropoutKeys) {
    int rows = batch.rows();
    int[] bounds = batch.rowStarts();
    int withPadding = tokens > batch.tokens() ? rows + 1 : rows;
    long[] starts = new long[withPadding + 1];
    long[] prefixes = new long[spec.seesPromptBothWays() ? withPadding : 0];
    int[][] positions = new int[kinds()][tokens];
    for (int row = 0; row <= rows; row++) {
      starts[row] = bounds[row];
    }
    starts[withPadding] = tokens;
    for (int row = 0; row < rows; row++) {
      int[][] own = ofRow(batch.ids(), bounds[row], bounds[row + 1]);
      for (int kind = 0; kind < own.length; kind++) {
        System.arraycopy(own[kind], 0, positions[kind], bounds[row], own[kind].length);
      }
      if (prefixes.length > 0) {
        prefixes[row] = prefix(batch.ids(), bounds[row], bounds[row + 1]);
      }
    }
    return new PackedRows(starts, prefixes, turns(positions, kernels, scope), dropoutKeys);
  }

  /** How many positions a token has. */
  int kinds() {
    return spec.rotary().layout() == RotaryLayout.TWO_DIMENSIONAL ? 2 : 1;
  }

  /** Angles of the tokens at these positions, per kind of position. */
  Turns turns(int[][] positions, Kernels kernels, NDManager scope) {
    List<Angles> usual = angles(table, positions, kernels, scope);
    return windowTable == table
        ? new Turns(usual, usual)
        : new Turns(usual, angles(windowTable, positions, kernels, scope));
  }

  private List<Angles> angles(
      AngleTable table, int[][] positions, Kernels kernels, NDManager scope) {
    List<Angles> angles = new ArrayList<>();
    for (int kind = 0; kind < positions.length; kind++) {
      int highest = Arrays.stream(positions[kind]).max().orElse(0);
      table.reach(highest + 1, kernels);
      NDArray index = HostNumbers.sent(positions[kind], scope, kernels);
      angles.add(
          new Angles(
              kind * spec.attention().headSize() / 2,
              kernels.tensor(scope, "pick_angles", table.cos(), index),
              kernels.tensor(scope, "pick_angles", table.sin(), index),
              kernels.tensor(scope, "pick_angles", table.minusSin(), index)));
    }
    return angles;
  }

  /** Where the mask token stands whose position the answer's tokens share. */
  int maskPosition(int[] ids, int start, int end) {
    PromptTokens tokens = spec.promptTokens();
    for (int mask : tokens.masks()) {
      for (int i = start; i < end; i++) {
        if (ids[i] == mask) {
          return i - start;
        }
      }
    }
    throw missing("mask token", tokens.masks().toString());
  }

  private int find(int[] ids, int start, int end, int id, String what) {
    for (int i = start; i < end; i++) {
      if (ids[i] == id) {
        return i - start;
      }
    }
    throw missing(what, String.valueOf(id));
  }

  private Failure missing(String what, String id) {
    return Failure.input(
        "Cannot run a row through the "
            + spec.family().word()
            + " model, it holds no "
            + what
            + ": id "
            + id
            + " (expected once per prompt). Tokenize with this model's own tokenizer.");
  }
}
