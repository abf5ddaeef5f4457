package org.sparklora.memory;

import ai.djl.Device;
import java.util.OptionalLong;
import org.sparklora.device.GpuState;
import org.sparklora.device.HostMemory;
import org.sparklora.tensor.TorchEngine;

/** How many bytes a rank may fill on its device. */
public final class Room {
  /** CUDA's context, and the work spaces of its libraries. */
  private static final long CONTEXT = 1L << 30;

  /** Of a GPU's memory, what its allocator cannot use, in pieces between others. */
  private static final double PIECES = 0.05;

  private Room() {}

  /**
   * Nothing where nobody knows. On a GPU ask before anything is loaded.
   *
   * @param threads of the rank on the CPU: its share of the host, of which half may be filled
   * @param limit what a container allows outside the Java heap; 0 for none
   */
  public static OptionalLong of(Device device, int threads, long limit) {
    if (device.isGpu()) {
      OptionalLong free =
          TorchEngine.state(device).map(GpuState::free).orElse(OptionalLong.empty());
      return free.isPresent() ? OptionalLong.of(ofGpu(free.getAsLong())) : free;
    }
    return OptionalLong.of(limit > 0 ? limit : ofHost(HostMemory.total(), threads));
  }

  /** Of a GPU's free memory. */
  static long ofGpu(long free) {
    return Math.max(0, (long) ((double) free * (1 - PIECES)) - CONTEXT);
  }

  private static long ofHost(long total, int threads) {
    int processors = Runtime.getRuntime().availableProcessors();
    return (long) ((double) total / 2 * Math.min(1, (double) threads / processors));
  }
}
