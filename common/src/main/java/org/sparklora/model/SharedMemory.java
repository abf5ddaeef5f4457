package org.sparklora.model;

import ai.djl.ndarray.NDManager;

/** Native memory of several decoders; the last one that leaves frees it. */
final class SharedMemory {
  private final NDManager owner;
  private int users;

  /** Takes over {@code owner}. */
  SharedMemory(NDManager owner) {
    this.owner = owner;
  }

  /** A user's own part, which it closes before it leaves. */
  synchronized NDManager join() {
    users++;
    return owner.newSubManager();
  }

  synchronized void leave() {
    users--;
    if (users == 0) {
      owner.close();
    }
  }
}
