package org.sparklora.jobs.spark;

import java.io.Serializable;
import org.apache.spark.TaskContext;
import org.sparklora.tensor.DeviceAddress;

/**
 * Which processor of its machine each rank computes on: what Spark assigned to its task, or in
 * local mode, where Spark assigns nothing, the GPU with the rank's number.
 *
 * @param localGpus GPUs of the one machine in local mode; 0 elsewhere, and where it has none
 */
public record RankDevices(int localGpus) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Of the rank that this thread runs; the CPU outside of tasks. */
  public DeviceAddress here() {
    TaskContext context = TaskContext.get();
    if (context == null) {
      return DeviceAddress.CPU;
    }
    return localGpus > 0 ? DeviceAddress.gpu(context.partitionId()) : GpuAddress.of(context);
  }
}
