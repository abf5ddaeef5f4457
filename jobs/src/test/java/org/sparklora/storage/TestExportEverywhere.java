package org.sparklora.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.sparklora.Fixtures;
import org.sparklora.command.JobOutcome;
import org.sparklora.config.Settings;
import org.sparklora.export.Export;
import org.sparklora.export.ExportConfig;

/** A base and adapters on a store become the same files there as on plain local ones. */
@Tag("storage")
@Timeout(180)
class TestExportEverywhere {
  private static final String MARKER = "_export.json";

  @TempDir Path folder;

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void aMergedModelInShards(TestedStore tested) {
    check(tested, "--merge --mix a=0.5,b=0.5 --max_shard_size 40kb");
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void anExactMix(TestedStore tested) {
    check(tested, "--mix a=0.7,b=-0.3");
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void aCutMix(TestedStore tested) {
    check(tested, "--mix a=0.7,b=0.3 --method svd --rank 2");
  }

  private void check(TestedStore tested, String flags) {
    Map<String, byte[]> local = exported(Store.local(), folder.toString(), flags);
    Map<String, byte[]> there = exported(tested.store(), tested.newFolder(), flags);
    assertEquals(local.keySet(), there.keySet());
    assertTrue(there.containsKey(MARKER));
    local.forEach(
        (name, bytes) -> {
          if (!name.equals(MARKER)) {
            assertArrayEquals(bytes, there.get(name), name);
          }
        });
  }

  /** The files by name; the second time there is nothing to do. */
  private static Map<String, byte[]> exported(Store store, String folder, String flags) {
    String base = Store.child(folder, "base");
    FixtureCopy.folder(Fixtures.path("llama", "model"), store, base);
    for (Map.Entry<String, String> adapter :
        Map.of("a", "golden/adapter", "b", "golden/train_final").entrySet()) {
      FixtureCopy.folder(
          Fixtures.path("llama", adapter.getValue()), store, Store.child(folder, adapter.getKey()));
    }
    String out = Store.child(folder, "out");
    List<String> words = new ArrayList<>(List.of(flags.split(" ")));
    words.addAll(List.of("--model_checkpoint=" + base, "--output_dir=" + out));
    List.of("a", "b")
        .forEach(name -> words.add("--adapter=" + name + "=" + Store.child(folder, name)));
    ExportConfig config =
        Settings.parse(ExportConfig.options(), words.toArray(String[]::new))
            .build(ExportConfig::of);
    Export.run(store, config, line -> {});
    JobOutcome again = Export.run(store, config, line -> {});
    assertEquals("Nothing to do: %s holds this export already.".formatted(out), again.message());
    Map<String, byte[]> files = new TreeMap<>();
    List<StoredFile> listed = store.list(out).stream().filter(file -> !file.isDirectory()).toList();
    listed.forEach(file -> files.put(file.name(), store.readBytes(file.path())));
    return files;
  }
}
