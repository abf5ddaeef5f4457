package org.sparklora.device;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The memory of this host, or of the container that this process may use. */
public final class HostMemory {
  private HostMemory() {}

  /** All bytes, in use or not: the same each time. */
  public static long total() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getTotalMemorySize();
  }
}
