package org.sparklora.tensor;

import java.io.Serializable;

/**
 * Which processor of its machine a rank or a task computes on.
 *
 * @param index of a GPU, as Spark hands it out; 0 for the CPU
 */
public record DeviceAddress(Processor processor, int index) implements Serializable {
  private static final long serialVersionUID = 1L;

  public static final DeviceAddress CPU = new DeviceAddress(Processor.CPU, 0);

  public static DeviceAddress gpu(int index) {
    return new DeviceAddress(Processor.GPU, index);
  }

  /** {@code cpu}, or the GPU's index. */
  @Override
  public String toString() {
    return processor == Processor.CPU ? "cpu" : Integer.toString(index);
  }
}
