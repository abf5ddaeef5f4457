package org.sparklora.jobs.spark;

import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.sparklora.Failure;
import org.sparklora.tensor.DeviceAddress;

/** Which processor of its machine Spark assigned to a task. */
public final class GpuAddress {
  private GpuAddress() {}

  /** The CPU when the task claims no GPU. */
  public static DeviceAddress of(TaskContext context) {
    ResourceInformation gpu = context.resourcesJMap().get("gpu");
    return gpu == null ? DeviceAddress.CPU : DeviceAddress.gpu(only(gpu.addresses()));
  }

  private static int only(String... addresses) {
    if (addresses.length != 1 || !addresses[0].matches("\\d{1,9}")) {
      throw Failure.cluster(
          "Cannot place the rank, its task has an unusable GPU address: %s (expected one number). Set spark.task.resource.gpu.amount=1 and mend the discovery script."
              .formatted(String.join(",", addresses)));
    }
    return Integer.parseInt(addresses[0]);
  }
}
