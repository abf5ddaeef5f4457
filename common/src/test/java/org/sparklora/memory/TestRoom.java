package org.sparklora.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import org.junit.jupiter.api.Test;
import org.sparklora.device.HostMemory;

/** What a rank may fill, on a processor and on a GPU. */
class TestRoom {
  private static final long GIB = 1L << 30;
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  @Test
  void aContainerSaysWhatMayBeFilled() {
    assertEquals(3 * GIB, Room.of(Device.cpu(), 1, 3 * GIB).orElseThrow());
  }

  @Test
  void withoutOneItIsHalfOfTheHostByTheShareOfItsProcessors() {
    long half = HostMemory.total() / 2;
    assertEquals(half, Room.of(Device.cpu(), PROCESSORS, 0).orElseThrow(), 1);
    assertEquals(half, Room.of(Device.cpu(), 4 * PROCESSORS, 0).orElseThrow(), 1);
    assertEquals((double) half / PROCESSORS, Room.of(Device.cpu(), 1, 0).orElseThrow(), 1);
  }

  @Test
  void aGpuKeepsSomeForItself() {
    assertEquals((long) (80 * GIB * 0.95) - GIB, Room.ofGpu(80 * GIB), 1);
    assertEquals(0, Room.ofGpu(GIB));
    assertEquals(0, Room.ofGpu(0));
  }
}
