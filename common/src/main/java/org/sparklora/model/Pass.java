package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.sparklora.tensor.Kernels;

/**
 * What a block works with while it runs forward or backward over a packed batch: tensors that it
 * makes belong to {@code scope}, those that the backward pass needs go to {@code tape}. While
 * decoding, keys and values are kept in {@code cache}; it is null otherwise.
 */
public record Pass(
    Kernels kernels, PackedRows rows, NDManager scope, Tape tape, KeyValueCache cache) {

  /** A pass over whole rows. */
  Pass(Kernels kernels, PackedRows rows, NDManager scope, Tape tape) {
    this(kernels, rows, scope, tape, null);
  }

  /** The same pass for what belongs to another scope. */
  Pass in(NDManager other) {
    return new Pass(kernels, rows, other, tape, cache);
  }

  /** The same pass with another tape. */
  Pass on(Tape other) {
    return new Pass(kernels, rows, scope, other, cache);
  }

  /** The same pass for a layer that makes the output of some tokens only; null for all. */
  Pass wanting(NDArray tokens) {
    return new Pass(kernels, rows.wanting(tokens), scope, tape, cache);
  }

  /** Whether it appends tokens to rows that have been read. */
  boolean isStep() {
    return cache != null && rows.starts().length == 0;
  }

  /** The same pass over the wanted tokens only, behind attention. */
  Pass ofWanted() {
    if (rows.wanted() == null) {
      return this;
    }
    NDArray keys = rows.dropoutKeys() == null ? null : picked(rows.dropoutKeys());
    NDArray shares = rows.shares() == null ? null : picked(rows.shares());
    PackedRows few =
        new PackedRows(rows.starts(), rows.prefixes(), rows.turns(), keys, null, shares);
    return new Pass(kernels, few, scope, tape, cache);
  }

  /** The wanted tokens of x (tokens, ...). */
  NDArray picked(NDArray x) {
    return rows.wanted() == null ? x : tensor("pick", x, rows.wanted());
  }

  /** Runs a kernel that returns one tensor. */
  public NDArray tensor(String kernel, Object... arguments) {
    return kernels.tensor(scope, kernel, arguments);
  }

  /** Runs a kernel that returns several tensors. */
  public NDArray[] tensors(String kernel, Object... arguments) {
    return kernels.tensors(scope, kernel, arguments);
  }

  /** Runs a kernel that changes its arguments. */
  public void run(String kernel, Object... arguments) {
    kernels.run(kernel, arguments);
  }
}
