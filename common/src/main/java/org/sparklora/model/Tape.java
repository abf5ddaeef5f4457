package org.sparklora.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a forward pass leaves for its backward pass: a stack of entries whose tensors the tape owns.
 * Blocks pop in the reverse order of their pushes. An idle tape keeps nothing.
 */
public final class Tape implements AutoCloseable {
  private final NDManager owner;
  private final Deque<NDArray[]> stack = new ArrayDeque<>();

  private Tape(NDManager owner) {
    this.owner = owner;
  }

  /** A tape with memory of its own below {@code parent}. */
  static Tape recording(NDManager parent) {
    return new Tape(parent.newSubManager());
  }

  static Tape idle() {
    return new Tape(null);
  }

  /** Whether a backward pass will follow. */
  public boolean records() {
    return owner != null;
  }

  /** Takes the tensors over, as one entry. */
  public void push(NDArray... tensors) {
    if (records()) {
      for (NDArray tensor : tensors) {
        tensor.attach(owner);
      }
      stack.push(tensors);
    }
  }

  /** The entry pushed last; the tape still owns its tensors. */
  public NDArray[] pop() {
    return stack.pop();
  }

  @Override
  public void close() {
    if (owner != null) {
      owner.close();
    }
  }
}
