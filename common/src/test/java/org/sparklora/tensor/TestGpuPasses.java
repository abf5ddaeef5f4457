package org.sparklora.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparklora.Python;

/**
 * What a layer costs on a GPU by count at its full size, with the operators that only GPUs have:
 * needs torch built for CUDA, 5 GB, and so skips where {@code SPARKLORA_TORCH} names no Python that
 * has it. {@code TestGpuCalls} counts the same of the code that trains, without Python.
 */
@Tag("python")
class TestGpuPasses {
  private static final String KERNELS = "common/src/main/resources/org/sparklora/tensor/kernels.py";

  @Test
  void aLayerOfASevenBillionModelTakesFewPassesAndNoWaits() throws Exception {
    Map<String, JsonNode> parts = counted();
    JsonNode layer = parts.get("layer");
    assertEquals(
        StepProfile.LAYER,
        new ObjectMapper().convertValue(layer.get("calls"), new TypeReference<>() {}),
        "the calls of Java");
    assertTrue(layer.get("launches").asInt() <= 110, layer.toString());
    assertTrue(layer.get("gigabytes").asDouble() <= 5, layer.toString());
    for (String part : new String[] {"layer", "again", "loss"}) {
      assertEquals(0, parts.get(part).get("waits").asInt(), part);
    }
    assertTrue(parts.get("prompts both ways").get("difference").asDouble() < 1e-5);
  }

  private static Map<String, JsonNode> counted() throws Exception {
    String python = System.getenv().getOrDefault("SPARKLORA_TORCH", "");
    assumeTrue(
        !python.isEmpty(), "SPARKLORA_TORCH names no Python with torch (make bench has one)");
    Process process =
        new ProcessBuilder(python, "dev/gpu_passes.py", KERNELS)
            .directory(Python.root().toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    Map<String, JsonNode> parts = new HashMap<>();
    for (String line : said.lines().filter(l -> l.startsWith("{")).toList()) {
      JsonNode part = new ObjectMapper().readTree(line);
      parts.put(part.get("part").asText(), part);
    }
    return parts;
  }
}
