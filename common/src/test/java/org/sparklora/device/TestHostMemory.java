package org.sparklora.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparklora.OwnJvm;

/** The host's memory, also where the kernel gives this process less of it. */
class TestHostMemory {
  private static final long LIMIT = 3L << 30;

  @Test
  void isTheSameEachTime() {
    assertTrue(HostMemory.total() > 1L << 30);
    assertEquals(HostMemory.total(), HostMemory.total());
  }

  @Test
  void aControlGroupLimitsIt() throws Exception {
    Path group = group();
    try {
      Path limit = group.resolve("memory.max"); // version 2
      if (Files.notExists(limit)) {
        limit = group.resolve("memory.limit_in_bytes");
      }
      assumeTrue(Files.isWritable(limit), "no control group with a memory limit can be made here");
      Files.writeString(limit, Long.toString(LIMIT));
      assertEquals(Long.toString(LIMIT), saidIn(group));
    } finally {
      Files.deleteIfExists(group);
    }
  }

  private static Path group() throws IOException {
    Path first = Path.of("/sys/fs/cgroup/memory");
    Path root = Files.isDirectory(first) ? first : Path.of("/sys/fs/cgroup");
    assumeTrue(Files.isWritable(root), "control groups belong to root");
    return Files.createDirectory(root.resolve("sparklora-" + ProcessHandle.current().pid()));
  }

  /** What a JVM in the group says. */
  private static String saidIn(Path group) throws Exception {
    Process process =
        OwnJvm.behind(
                "sh",
                "echo $$ > \"$0/cgroup.procs\" && exec \"$@\"",
                group.toString(),
                OwnJvm.of(TestHostMemory.class, List.of("-XX:+UseSerialGC")))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said.strip();
  }

  public static void main(String[] arguments) {
    System.out.println(HostMemory.total());
  }
}
