package org.sparklora.tensor;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import java.util.OptionalInt;

/** The GPUs that libtorch finds, asked of libtorch itself. */
final class LibtorchGpus {
  /** Said of an operator that this libtorch has not. */
  private static final String UNKNOWN = "cuda::device_count";

  private LibtorchGpus() {}

  /** How many it can use; nothing where it is built for CPUs only. */
  static OptionalInt count() {
    try (NDManager scope = TorchEngine.newManager(Device.cpu());
        Kernels devices = Kernels.load(scope, "devices.py")) {
      return OptionalInt.of((int) devices.number("count"));
    } catch (EngineException e) {
      if (String.valueOf(e.getMessage()).contains(UNKNOWN)) {
        return OptionalInt.empty();
      }
      throw e;
    }
  }
}
