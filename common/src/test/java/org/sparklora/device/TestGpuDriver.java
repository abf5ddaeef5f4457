package org.sparklora.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver's program that answers what we wrote into it. */
class TestGpuDriver {
  private static final long MIB = 1L << 20;
  private static final String TWO =
      """
      0, GPU-aaaa-1, Disabled, 81559, 80995, 9.0, 535.104.05, NVIDIA H100 80GB HBM3
      1, GPU-bbbb-2, [N/A], 24576, 20000, 8.6, 535.104.05, NVIDIA GeForce RTX 3090, with a comma
      """;

  @TempDir Path folder;

  @Test
  void gpusAreReadWithTheirMemory() throws Exception {
    List<GpuState> gpus = driver(TWO, 0, null).gpus();
    assertEquals(2, gpus.size());
    assertEquals(
        new GpuState(
            0,
            "GPU-aaaa-1",
            OptionalLong.of(81559 * MIB),
            OptionalLong.of(80995 * MIB),
            "9.0",
            "535.104.05",
            "NVIDIA H100 80GB HBM3"),
        gpus.get(0));
    assertEquals("NVIDIA GeForce RTX 3090, with a comma", gpus.get(1).model());
    assertEquals(OptionalLong.of(4576 * MIB), gpus.get(1).used());
  }

  @Test
  void memoryThatIsDividedOrUnknownIsNotGuessed() throws Exception {
    List<GpuState> gpus =
        driver(
                """
                0, GPU-a, Enabled, 81559, 80995, 9.0, 535.104.05, NVIDIA H100
                1, GPU-b, [N/A], [N/A], [N/A], 9.0, 535.104.05, NVIDIA GH200
                """,
                0,
                null)
            .gpus();
    assertEquals(2, gpus.size());
    gpus.forEach(gpu -> assertEquals(OptionalLong.empty(), gpu.free()));
    gpus.forEach(gpu -> assertEquals(OptionalLong.empty(), gpu.used()));
  }

  @Test
  void theProcessCountsOnlyWhatItSees() throws Exception {
    assertEquals("GPU-bbbb-2", driver(TWO, 0, null).seenAs(1).orElseThrow().uuid());
    assertEquals("GPU-bbbb-2", driver(TWO, 0, "1").seenAs(0).orElseThrow().uuid());
    assertEquals("GPU-aaaa-1", driver(TWO, 0, "1, 0").seenAs(1).orElseThrow().uuid());
    assertEquals("GPU-bbbb-2", driver(TWO, 0, "GPU-bbb").seenAs(0).orElseThrow().uuid());
    assertEquals(Optional.empty(), driver(TWO, 0, "1").seenAs(1));
    assertEquals(Optional.empty(), driver(TWO, 0, "").seenAs(0));
    assertEquals(Optional.empty(), driver(TWO, 0, "MIG-cccc").seenAs(0));
    assertEquals("CUDA_VISIBLE_DEVICES=1", driver(TWO, 0, "1").visibility());
    assertEquals("CUDA_VISIBLE_DEVICES is not set", driver(TWO, 0, null).visibility());
  }

  @Test
  void withoutADriverThereAreNone() throws Exception {
    assertEquals(
        List.of(), driver("NVIDIA-SMI has failed because it couldn't talk\n", 9, null).gpus());
    assertEquals(List.of(), driver("No devices were found\n", 0, null).gpus());
    assertEquals(
        List.of(), new GpuDriver(folder.resolve("missing").toString(), Optional.empty()).gpus());
  }

  private GpuDriver driver(String answer, int exit, String visible) throws Exception {
    Path script = folder.resolve("smi");
    Files.writeString(script, "#!/bin/sh\ncat <<'END'\n" + answer + "END\nexit " + exit + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new GpuDriver(script.toString(), Optional.ofNullable(visible));
  }
}
