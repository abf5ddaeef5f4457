package org.sparklora.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.sparklora.Fixtures;
import org.sparklora.lora.LoraModel;
import org.sparklora.lora.LoraSettings;
import org.sparklora.model.PackedBatch;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.model.load.ComputeOptions.Checkpointing;
import org.sparklora.tensor.DeviceAddress;
import org.sparklora.tensor.NumberType;
import org.sparklora.weights.ElementType;
import org.sparklora.weights.WeightFolder;

/** The copy of a base's weights that a host keeps, made from fp16 shards on each store. */
@Tag("storage")
@Timeout(600)
class TestWeightsCacheEverywhere {
  @TempDir Path host;

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void ranksOfAHostShareOneCopyInTheComputingType(TestedStore tested) throws Exception {
    String base = tested.newFolder();
    FixtureCopy.folder(Fixtures.path("chatglm2", "model"), tested.store(), base);
    double expected = loss(Store.local(), Fixtures.path("chatglm2", "model").toString(), "");

    Callable<Double> rank = () -> loss(tested.store(), base, host.toString());
    assertEquals(List.of(expected, expected), Together.run(List.of(rank, rank)));

    Path copy = onlyFolder();
    try (WeightFolder weights = WeightFolder.open(Store.local(), copy.toString())) {
      weights.tensors().values().forEach(t -> assertEquals(ElementType.BF16, t.type(), t.name()));
    }
    Map<String, FileTime> made = files(copy);
    assertEquals(List.of("config.json", "lock", "model.safetensors"), sorted(made));
    assertEquals(expected, rank.call());
    assertEquals(made, files(copy));
  }

  /** What a converter that was killed left behind is no copy. */
  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void aCopyThatWasCutOffIsMadeAgain(TestedStore tested) throws Exception {
    String base = tested.newFolder();
    FixtureCopy.folder(Fixtures.path("chatglm2", "model"), tested.store(), base);
    double expected = loss(tested.store(), base, host.toString());
    Path copy = onlyFolder();
    Files.delete(copy.resolve("model.safetensors"));
    Files.write(copy.resolve("model.part"), new byte[1000]);
    assertEquals(expected, loss(tested.store(), base, host.toString()));
    assertEquals(List.of("config.json", "lock", "model.safetensors"), sorted(files(copy)));
  }

  private Path onlyFolder() throws IOException {
    try (Stream<Path> folders = Files.list(host)) {
      List<Path> found = folders.toList();
      assertEquals(1, found.size(), found.toString());
      assertTrue(found.get(0).toString().endsWith("-BF16"), found.toString());
      return found.get(0);
    }
  }

  private static Map<String, FileTime> files(Path folder) throws IOException {
    Map<String, FileTime> times = new HashMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        times.put(file.getFileName().toString(), Files.getLastModifiedTime(file));
      }
    }
    return times;
  }

  private static List<String> sorted(Map<String, FileTime> files) {
    return files.keySet().stream().sorted().toList();
  }

  private static double loss(Store store, String base, String cache) {
    ComputeOptions options =
        new ComputeOptions(NumberType.BF16, 1, DeviceAddress.CPU, Checkpointing.OFF, cache);
    LoraSettings settings = new LoraSettings(4, 8, 0, List.of("query_key_value"), false, 42);
    PackedBatch row =
        new PackedBatch(
            new int[] {5, 6, 7, 8},
            new int[] {0, 4},
            new int[] {PackedBatch.IGNORED, 7, 8, PackedBatch.IGNORED},
            new long[] {0});
    try (LoraModel model = LoraModel.open(store, base, settings, options)) {
      return model.decoder().score(row).nll();
    }
  }
}
