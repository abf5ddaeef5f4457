package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Python;
import org.sparklora.jobs.run.StandaloneCluster;

/**
 * The jobs through the stock distribution's {@code spark-submit}, on a standalone master with two
 * workers. Needs the application jar ({@code make build}) and pyspark in {@code SPARKLORA_PYTHON}.
 */
@Tag("python")
@Tag("spark")
class TestStockSpark {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void tokenizesTrainsAndPredictsOnAStandaloneClusterOfTwoWorkers()
      throws IOException, InterruptedException {
    Python python = Python.from("SPARKLORA_PYTHON");
    Path sparkHome =
        Path.of(python.print("import pyspark, os; print(os.path.dirname(pyspark.__file__))"));
    Path root = Python.root();
    String base = root.resolve("weights/tiny-chatglm2").toString();
    try (StandaloneCluster cluster = StandaloneCluster.ofStock(sparkHome, folder).workers(2)) {
      Jobs jobs = new Jobs(root, sparkHome, cluster.master());
      jobs.run(
          "tokenize",
          "--model_checkpoint",
          base,
          "--prompt_key",
          "q",
          "--target_key",
          "a",
          "--input_file",
          root.resolve("data/simple_math_4op.json").toString(),
          "--save_name",
          at("features"));
      jobs.run(
          "train",
          "--tokenized_dataset",
          at("features"),
          "--num_ranks",
          "2",
          "--max_steps",
          "20",
          "--per_device_train_batch_size",
          "10",
          "--learning_rate",
          "1e-3",
          "--output_dir",
          at("adapter"));
      jobs.run(
          "predict",
          "--model_checkpoint",
          base,
          "--adapter",
          at("adapter"),
          "--input_file",
          root.resolve("data/simple_math_4op.eval.json").toString(),
          "--prompt_key",
          "q",
          "--target_key",
          "a",
          "--max_new_tokens",
          "8",
          "--output_dir",
          at("answers"));
    }
    assertEquals(3000, json("features/_features.json").at("/counts/written").asInt());
    assertEquals(20, json("adapter/_outcome.json").path("steps").asInt());
    assertTrue(Files.exists(folder.resolve("adapter/adapter_model.safetensors")));
    assertEquals(200, json("answers/_predictions.json").path("rows").asInt());
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  private JsonNode json(String name) throws IOException {
    return JSON.readTree(folder.resolve(name).toFile());
  }

  /** The scripts of {@code submit/}, with {@code SPARK_HOME} set. */
  private record Jobs(Path root, Path sparkHome, String master) {
    void run(String job, String... arguments) throws IOException, InterruptedException {
      List<String> command = new ArrayList<>();
      command.add(root.resolve("submit/" + job + ".sh").toString());
      command.addAll(List.of("--master", master, "--driver-memory", "1g"));
      command.addAll(List.of("--executor-memory", "1g", "--conf", "spark.driver.host=127.0.0.1"));
      command.add("--");
      command.addAll(List.of(arguments));
      Path log = Files.createTempFile("stock-" + job, ".log");
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("SPARK_HOME", sparkHome.toString());
      builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
      Process process = builder.redirectOutput(log.toFile()).start();
      boolean ended = process.waitFor(300, TimeUnit.SECONDS);
      process.destroyForcibly();
      assertTrue(ended && process.waitFor() == 0, () -> job + " printed:\n" + text(log));
    }

    private static String text(Path log) {
      try {
        return Files.readString(log);
      } catch (IOException e) {
        return "nothing that can be read: " + e;
      }
    }
  }
}
