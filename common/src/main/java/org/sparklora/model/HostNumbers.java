package org.sparklora.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
import org.sparklora.tensor.Kernels;

/** Whole numbers of the host as tensors; the host does not wait until a GPU has them. */
final class HostNumbers {
  private HostNumbers() {}

  /** On the device of {@code owner}, to which it belongs. */
  static NDArray sent(int[] numbers, NDManager owner, Kernels kernels) {
    return sent(manager -> manager.create(numbers), owner, kernels);
  }

  /** As the other. */
  static NDArray sent(long[] numbers, NDManager owner, Kernels kernels) {
    return sent(manager -> manager.create(numbers), owner, kernels);
  }

  private static NDArray sent(Function<NDManager, NDArray> make, NDManager owner, Kernels kernels) {
    if (!owner.getDevice().isGpu()) {
      return make.apply(owner);
    }
    try (NDManager host = owner.newSubManager(Device.cpu());
        NDArray there = owner.create(new Shape(1))) {
      return kernels.tensor(owner, "sent", make.apply(host), there);
    }
  }
}
