package org.sparklora.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TestMemoryUse {
  private static final int MEGABYTES_64 = 64 << 20;

  @Test
  void growsByWhatIsTouched() {
    MemoryUse before = MemoryUse.now(Device.cpu());
    ByteBuffer touched = ByteBuffer.allocateDirect(MEGABYTES_64);
    for (int i = 0; i < touched.capacity(); i += 4096) {
      touched.put(i, (byte) 1);
    }
    MemoryUse after = MemoryUse.now(Device.cpu());
    assertTrue(after.anonymous() - before.anonymous() > MEGABYTES_64 / 2, before + " -> " + after);
    assertTrue(after.peak() >= after.anonymous(), after.toString());
    assertEquals(OptionalLong.empty(), after.onDevice());
    assertEquals(1, touched.get(0));
  }

  @Test
  void readsAsMegabytes() {
    assertEquals(
        "anonymous 1,500 MB, mapped 2 MB, peak 1,502 MB, on the device 40,000 MB",
        new MemoryUse(1_500_000_000L, 2_000_000, 1_502_000_000, OptionalLong.of(40_000_000_000L))
            .toString());
  }
}
