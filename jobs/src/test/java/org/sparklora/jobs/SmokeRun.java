package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.sparklora.Python;

/** The shortest way from a corpus to answers: the jobs' arguments, and what has to come of them. */
record SmokeRun(Path folder) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BASE = Python.root().resolve("weights/tiny-chatglm2").toString();

  List<String> tokenize() {
    return List.of(
        "--model_checkpoint=" + BASE,
        "--prompt_key=q",
        "--target_key=a",
        "--input_file=" + Python.root().resolve("data/simple_math_4op.json"),
        "--save_name=" + at("features"));
  }

  List<String> train() {
    return List.of(
        "--tokenized_dataset=" + at("features"),
        "--num_ranks=2",
        "--max_steps=20",
        "--per_device_train_batch_size=10",
        "--learning_rate=1e-3",
        "--output_dir=" + at("adapter"));
  }

  List<String> predict() {
    return List.of(
        "--model_checkpoint=" + BASE,
        "--adapter=" + at("adapter"),
        "--input_file=" + Python.root().resolve("data/simple_math_4op.eval.json"),
        "--prompt_key=q",
        "--target_key=a",
        "--max_new_tokens=8",
        "--output_dir=" + at("answers"));
  }

  void assertTokenized() throws IOException {
    assertEquals(3000, json("features/_features.json").at("/counts/written").asInt());
  }

  void assertTrained() throws IOException {
    assertEquals(20, json("adapter/_outcome.json").path("steps").asInt());
    assertTrue(Files.exists(folder.resolve("adapter/adapter_model.safetensors")));
  }

  void assertAnswered() throws IOException {
    assertEquals(200, json("answers/_predictions.json").path("rows").asInt());
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  private JsonNode json(String name) throws IOException {
    return JSON.readTree(folder.resolve(name).toFile());
  }
}
