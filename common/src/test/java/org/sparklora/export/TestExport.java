package org.sparklora.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.command.JobOutcome;
import org.sparklora.config.Settings;
import org.sparklora.mix.MadeAdapter;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.storage.Store;

/** Adapters of mixes, and what an export folder may hold. */
class TestExport {
  private static final Store STORE = Store.local();
  private static final String BASE = Fixtures.path("llama", "model").toString();

  @TempDir Path folder;

  @Test
  void anExactMixHasTheSumOfTheRanks() throws IOException {
    JobOutcome outcome = export("--mix a=0.7,b=0.3 --model_checkpoint " + BASE);
    Adapter mix = AdapterFolder.read(STORE, out());
    assertEquals(11, mix.config().rank());
    assertEquals(
        "Wrote the adapter of a=0.7,b=0.3 to %s: rank 11 in 14 modules, exact.".formatted(out()),
        outcome.message());
    JsonNode marker = marker();
    assertEquals("exact", marker.path("method").asText());
    for (Map.Entry<String, JsonNode> file : marker.path("files").properties()) {
      assertEquals(
          Files.size(folder.resolve("out").resolve(file.getKey())), file.getValue().asLong());
    }
    assertFalse(Files.exists(folder.resolve("out/" + ExportFolder.UNFINISHED)));
  }

  @Test
  void aCutMixSaysHowFarItIsAway() throws IOException {
    List<String> lines = new ArrayList<>();
    JobOutcome outcome =
        Export.run(STORE, config("--mix a=0.7,b=0.3 --method svd --rank 2"), lines::add);
    assertEquals(2, AdapterFolder.read(STORE, out()).config().rank());
    assertEquals(14, lines.size());
    assertTrue(
        lines.get(0).matches("model\\.layers\\.0\\..*: relative error 0\\.\\d+"), lines.get(0));
    double error = outcome.figures().get("relative_error").doubleValue();
    assertTrue(error > 0 && error < 1);
    assertEquals(error, marker().path("relative_error").asDouble());
    assertEquals(14, marker().path("relative_errors").size());
  }

  @Test
  void aCutWithoutARankHasTheLargestOfTheAdapters() {
    export("--mix a=0.7,b=0.3 --method svd");
    assertEquals(8, AdapterFolder.read(STORE, out()).config().rank());
  }

  @Test
  void oneAdapterAtOneIsWrittenAsItIs() {
    export("--mix a=1");
    Adapter golden = AdapterFolder.read(STORE, Fixtures.path("llama", "golden/adapter").toString());
    assertEquals(golden, AdapterFolder.read(STORE, out()));
  }

  @Test
  void theSameExportIsMadeOnce() throws IOException {
    export("--mix a=0.7,b=0.3");
    byte[] marker = Files.readAllBytes(folder.resolve("out/_export.json"));
    assertEquals(
        "Nothing to do: %s holds this export already.".formatted(out()),
        export("--mix a=0.7,b=0.3").message());
    assertArrayEquals(marker, Files.readAllBytes(folder.resolve("out/_export.json")));
    assertRefused(
        "--mix a=0.5,b=0.3",
        "Cannot export, another export lies there: %s of a=0.7,b=0.3 (expected the same or none). Add --overwrite or change --output_dir."
            .formatted(out()));
    export("--mix a=0.5,b=0.3 --overwrite");
    assertEquals("a=0.5,b=0.3", marker().path("mix").asText());
  }

  @Test
  void aFolderThatHoldsSomethingElseIsLeftAlone() throws IOException {
    Files.createDirectories(folder.resolve("out"));
    Files.writeString(folder.resolve("out/notes.txt"), "mine");
    assertRefused(
        "--mix a=1",
        "Cannot export, the folder holds something else: %s with notes.txt (expected an empty or new folder). Change --output_dir."
            .formatted(out()));
    assertEquals(1, STORE.list(out()).size());
  }

  @Test
  void theFolderLiesApart() {
    Failure failure =
        assertThrows(
            Failure.class,
            () ->
                Export.run(
                    STORE,
                    config("--merge --mix a=1 --model_checkpoint " + folder.resolve("out/base")),
                    line -> {}));
    assertEquals(
        "Cannot export, the folder is not apart from what --model_checkpoint names: %s and %s (expected two folders). Change --output_dir."
            .formatted(out(), folder.resolve("out/base")),
        failure.getMessage());
  }

  private void assertRefused(String flags, String message) {
    Failure failure = assertThrows(Failure.class, () -> export(flags));
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertEquals(message, failure.getMessage());
  }

  private JobOutcome export(String flags) {
    return Export.run(STORE, config(flags), line -> {});
  }

  /** With the reference adapter as a, and one of every layer as b. */
  private ExportConfig config(String flags) {
    String b = folder.resolve("b").toString();
    Adapter made = MadeAdapter.of(DecoderSpec.read(STORE, BASE), 3, 3, true);
    AdapterFolder.files(made)
        .forEach((name, bytes) -> STORE.writeBytes(Store.child(b, name), bytes));
    String all =
        "--adapter a=%s --adapter b=%s --output_dir %s %s"
            .formatted(Fixtures.path("llama", "golden/adapter"), b, out(), flags);
    return Settings.parse(ExportConfig.options(), all.split(" ")).build(ExportConfig::of);
  }

  private String out() {
    return folder.resolve("out").toString();
  }

  private JsonNode marker() throws IOException {
    return new ObjectMapper().readTree(folder.resolve("out/_export.json").toFile());
  }
}
