package org.sparklora.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    near(half, Room.of(Device.cpu(), PROCESSORS, 0).orElseThrow());
    near(half, Room.of(Device.cpu(), 4 * PROCESSORS, 0).orElseThrow());
    near(half / PROCESSORS, Room.of(Device.cpu(), 1, 0).orElseThrow());
  }

  @Test
  void aGpuKeepsSomeForItself() {
    near(75 * GIB, Room.ofGpu(80 * GIB));
    assertEquals(0, Room.ofGpu(GIB));
    assertEquals(0, Room.ofGpu(0));
  }

  private static void near(long expected, long actual) {
    assertTrue(Math.abs(expected - actual) <= 2, expected + " is not near " + actual);
  }
}
