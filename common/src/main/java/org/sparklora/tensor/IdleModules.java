package org.sparklora.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Kernel modules that were read and that nobody computes with: a model takes up to five, one after
 * another or at once, and each is libtorch's work of a tenth of a second. They hold no tensors.
 */
final class IdleModules {
  private static final int MOST = 16;
  private static final Deque<PtSymbolBlock> IDLE = new ArrayDeque<>();

  /** Of this process, never closed. */
  private static final NDManager OWNER = TorchEngine.newManager(Device.cpu());

  private IdleModules() {}

  static PtSymbolBlock take() {
    synchronized (IDLE) {
      if (!IDLE.isEmpty()) {
        return IDLE.pop();
      }
    }
    return Kernels.module(OWNER, "kernels.py");
  }

  static void giveBack(PtSymbolBlock module) {
    synchronized (IDLE) {
      if (IDLE.size() < MOST) {
        IDLE.push(module);
        return;
      }
    }
    module.close();
  }
}
