package org.sparklora.jobs.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.tokenize.TokenizeCorpus;
import org.sparklora.storage.Store;
import org.sparklora.weights.SafetensorsFile;
import org.sparklora.weights.TensorValue;
import org.sparklora.weights.WeightFolder;

/** Whole runs in fp16 on a base whose gradients overflow at the first scale of the loss. */
class TestFp16Job {
  /** With it the gradient behind the head exceeds 65,504, but its forward pass stays below. */
  private static final float HEAD_SCALE = 1024;

  @TempDir static Path shared;
  private static Path table;

  @TempDir Path folder;

  @BeforeAll
  static void tokenize() throws IOException {
    TokenizeCorpus corpus =
        new TokenizeCorpus(LocalSpark.session(), shared)
            .with("model_checkpoint", baseWithSteepHead().toString());
    corpus.run();
    table = corpus.table();
  }

  @Test
  void overflowsHalveTheScaleUntilStepsApplyAndNoneIsAFault() throws Exception {
    TrainRun run = run("whole");
    TrainResult result = run.run();
    List<String> lines = run.lines();
    assertTrue(lines.get(0).endsWith("(overflow)"), lines.get(0));
    assertFalse(lines.get(7).contains("("), lines.get(7));
    assertEquals(0, result.segment().orElseThrow().skipped());
    String firstApplied = lines.stream().filter(l -> !l.contains("(")).findFirst().orElseThrow();
    assertTrue(firstApplied.contains("  lr 0.00100  "), firstApplied);
    assertTrue(Files.exists(run.output().resolve("_published.json")));
  }

  @Test
  void aStoppedRunGoesOnWithTheScaleItHad() throws Exception {
    TrainRun whole = run("whole");
    whole.run();
    TrainRun broken = run("broken");
    broken.watched(
        line -> {
          if (line.startsWith("step 3/")) {
            broken.stop().ask();
            // The next question to the driver is a fifth of a second away.
            java.util.concurrent.locks.LockSupport.parkNanos(300_000_000L);
          }
        });
    assertEquals(ExitCode.STOPPED, assertThrows(Failure.class, broken::run).exitCode());
    TrainRun resumed = run("broken");
    resumed.run();
    assertArrayEquals(whole.adapter(), resumed.adapter());
    int left = resumed.lines().size();
    assertEquals(
        whole.lines().subList(8 - left, 8).stream().map(TestFp16Job::figures).toList(),
        resumed.lines().stream().map(TestFp16Job::figures).toList());
  }

  /** Step, loss, learning rate and norm; the rest of the line is about speed. */
  private static String figures(String line) {
    return line.replaceAll("  \\d+ tokens/s  left \\S+", "");
  }

  private TrainRun run(String name) {
    return new TrainRun(LocalSpark.session(), table, folder.resolve(name))
        .with("fp16", "true")
        .with("max_steps", "8");
  }

  private static Path baseWithSteepHead() throws IOException {
    Path from = Fixtures.path("llama", "model");
    Path base = Files.createDirectories(shared.resolve("steep"));
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (!file.getFileName().toString().contains("safetensors")) {
          Files.copy(file, base.resolve(file.getFileName()));
        }
      }
    }
    Map<String, TensorValue> tensors = new LinkedHashMap<>();
    try (WeightFolder weights = WeightFolder.open(Store.local(), from.toString())) {
      weights.tensors().keySet().forEach(name -> tensors.put(name, weights.read(name)));
    }
    tensors.compute("lm_head.weight", (name, head) -> scaled(head));
    try (OutputStream out = Files.newOutputStream(base.resolve("model.safetensors"))) {
      SafetensorsFile.write(out, tensors, Map.of());
    }
    return base;
  }

  private static TensorValue scaled(TensorValue tensor) {
    float[] values = tensor.floats();
    for (int i = 0; i < values.length; i++) {
      values[i] *= HEAD_SCALE;
    }
    return TensorValue.of(values, tensor.shape().stream().mapToLong(Long::longValue).toArray());
  }
}
