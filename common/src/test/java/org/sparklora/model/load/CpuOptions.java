package org.sparklora.model.load;

import org.sparklora.model.load.ComputeOptions.Checkpointing;
import org.sparklora.tensor.DeviceAddress;
import org.sparklora.tensor.NumberType;

/** How tests compute where nothing else is asked. */
public final class CpuOptions {
  private CpuOptions() {}

  /** Checkpointing chosen by size, no cache of converted weights. */
  public static ComputeOptions of(NumberType type, int threads) {
    return new ComputeOptions(type, threads, DeviceAddress.CPU, Checkpointing.AUTO, "");
  }
}
