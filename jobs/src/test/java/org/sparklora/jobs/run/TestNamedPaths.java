package org.sparklora.jobs.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoreHome;

class TestNamedPaths {
  private final NamedPaths cluster = new NamedPaths(StoreHome.of("hdfs://nn:9000", "ann"));

  @TempDir Path folder;

  @Test
  void bareNamesLieWhereTheOriginalPutsThem() {
    NamedPaths local = new NamedPaths(new StoreHome("", "/home/ann"));
    assertEquals("/home/ann/data/math.json", local.corpus("math.json"));
    assertEquals("/home/ann/data/tokenized_data/math", local.table("math"));
    assertEquals("/home/ann/weights/math", local.resolve("weights/math"));
    assertEquals("hdfs://nn:9000/user/ann/data/math.json", cluster.corpus("math.json"));
  }

  @Test
  void pathsAndUrisAreTakenAsTheyAre() {
    NamedPaths local = new NamedPaths(new StoreHome("", "/home/ann"));
    assertEquals("/data/x", local.corpus("/data/x"));
    assertEquals("/home/ann/my/x.json", local.corpus("./my/x.json".substring(2)));
    assertEquals("s3a://b/x", local.table("s3a://b/x"));
    assertEquals("hdfs://nn:9000/data/x", cluster.table("/data/x/"));
    assertEquals("file:/data/x", cluster.table("file:/data/x"));
  }

  @Test
  void aColonInANameIsNoScheme() {
    NamedPaths local = new NamedPaths(new StoreHome("", "/home/ann"));
    assertEquals("/home/ann/data/math:v2.json", local.corpus("math:v2.json"));
    assertEquals("hdfs://nn:9000/user/ann/data/math:v2.json", cluster.corpus("math:v2.json"));
    assertEquals("/home/ann/data/tokenized_data/math:v2", local.table("math:v2"));
    assertEquals("hdfs://nn:9000/user/ann/in/math:v2.json", cluster.corpus("in/math:v2.json"));
  }

  @Test
  void hubNamesAreLookedUpUnderWeights() throws Exception {
    Path model = Files.createDirectories(folder.resolve("weights/THUDM/chatglm-6b"));
    Files.writeString(model.resolve("config.json"), "{}");
    NamedPaths local = new NamedPaths(new StoreHome("", folder.toString()));
    assertEquals(model.toString(), local.model(Store.local(), "THUDM/chatglm-6b"));

    Failure failure =
        assertThrows(Failure.class, () -> local.model(Store.local(), "THUDM/chatglm2-6b"));
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertEquals(
        "Cannot open the model THUDM/chatglm2-6b, no folder with a config.json: looked at %1$s/THUDM/chatglm2-6b and %1$s/weights/THUDM/chatglm2-6b (expected a model folder). Copy the model there; it is never downloaded."
            .formatted(folder),
        failure.getMessage());
  }
}
