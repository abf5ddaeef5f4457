package org.sparklora.jobs.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Fixtures;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.spark.RankDevices;
import org.sparklora.storage.StorageSettings;
import org.sparklora.train.RankSetup;

/** What a host says that lacks something; here the host is this JVM. */
class TestHostReport {
  @TempDir Path folder;
  private String host;
  private Path probe;

  @BeforeEach
  void prepare() throws Exception {
    LocalSpark.session();
    host = SparkEnv.get().blockManager().blockManagerId().host();
    probe = Files.writeString(folder.resolve("_probe"), "");
  }

  @Test
  void aHostThatSeesAllTellsWhatItIs() throws Exception {
    HostReport report = ask(Fixtures.path("llama", "model"), probe);
    assertEquals(host, report.host());
    assertEquals("1", report.environment().get("threads"));
    assertArrayEquals(new String[] {"_probe"}, folder.toFile().list());
  }

  @Test
  void anOutputFolderThatIsNotSeenIsNamed() {
    Path other = folder.resolve("elsewhere/_probe");
    assertEquals(
        "Cannot train, an executor does not see the output folder: %s on %s (expected a store that all hosts share). Choose another --output_dir."
            .formatted(other, host),
        refused(Fixtures.path("llama", "model"), other));
  }

  @Test
  void anOutputFolderThatCannotBeWrittenIsNamed() {
    String message = refused(Fixtures.path("llama", "model"), Path.of("/proc/self/status"));
    assertTrue(
        message.startsWith(
            "Cannot train, an executor cannot write the output folder: on %s (expected executors to write where the driver does). Mend its permissions or choose another --output_dir. There: Cannot write the file, "
                .formatted(host)),
        message);
  }

  @Test
  void aBaseThatCannotBeReadIsNamed() {
    assertEquals(
        "Cannot train, an executor cannot read the base model: on %s (expected the same folder on every host). Copy it there, or put it on a shared store and change --model_checkpoint. There: Cannot read the file, it does not exist: %s (expected an existing path). Check the path."
            .formatted(host, folder.resolve("config.json")),
        refused(folder, probe));
  }

  private String refused(Path base, Path seen) {
    return ask(base, seen).lack();
  }

  private static HostReport ask(Path base, Path seen) {
    Iterator<Integer> none = List.<Integer>of().iterator();
    RankSetup setup =
        new RankSetup(
            StorageSettings.none(), seen.getParent().toString(), base.toString(), null, 1);
    return new HostReport.Question(setup, new RankDevices(0), "", seen.toString()).run(none);
  }
}
