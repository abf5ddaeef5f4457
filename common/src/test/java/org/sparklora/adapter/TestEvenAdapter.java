package org.sparklora.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.weights.TensorValue;

/** PEFT's adapters become plain ones that compute the same. */
class TestEvenAdapter {
  private static final String Q = "layers.0.q";
  private static final String V = "layers.0.v";

  @ParameterizedTest
  @ValueSource(strings = {"default", "mine"})
  void theAdaptersNameIsLeftOut(String name) {
    Map<String, TensorValue> tensors = new LinkedHashMap<>();
    pair(Q, 2).forEach((n, t) -> tensors.put(n.replace(".weight", "." + name + ".weight"), t));
    assertEquals(pair(Q, 2), read("'target_modules': ['q']", tensors).tensors());
  }

  @Test
  void severalAdaptersInOneFileAreRefused() {
    Map<String, TensorValue> tensors = new LinkedHashMap<>();
    for (String name : List.of("one", "two")) {
      pair(Q, 2).forEach((n, t) -> tensors.put(n.replace(".weight", "." + name + ".weight"), t));
    }
    assertRefused(
        "'target_modules': ['q']", tensors, "it holds several adapters: one, two (expected one)");
  }

  @Test
  void namesThatMatchNothingArePassedOver() {
    Adapter adapter = read("'target_modules': ['q', 'query_key_value']", pair(Q, 2));
    assertEquals(List.of("q"), adapter.config().targetModules());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'rank_pattern': {'v': 1}",
        "'rank_pattern': {'layers.0.v': 1}, 'alpha_pattern': {'.*[.]q': 5}",
        "'rank_pattern': {'v': 1}, 'alpha_pattern': {'v': 3}, 'use_rslora': true",
        "'rank_pattern': {'v': 1, 'q': 3}"
      })
  void ranksAndAlphasOfTheirOwnComputeTheSame(String patterns) {
    int rankOfQ = patterns.contains("'q': 3") ? 3 : 2;
    Map<String, TensorValue> tensors = new LinkedHashMap<>(pair(Q, rankOfQ));
    tensors.putAll(pair(V, 1));
    String json = "'target_modules': ['q', 'v'], " + patterns;
    PeftConfig config = config(json);
    Adapter adapter = read(json, tensors);
    assertEquals(rankOfQ, adapter.config().rank());
    for (String module : List.of(Q, V)) {
      TensorValue a = tensors.get(Adapter.tensorName(module, "A"));
      TensorValue b = tensors.get(Adapter.tensorName(module, "B"));
      assertArrayEquals(
          product(config.scaling(module), a, b),
          product(adapter.config().scaling(), adapter.a(module), adapter.b(module)),
          1e-5f,
          module);
    }
  }

  @Test
  void aRegularExpressionBecomesTheModulesThatItNames() {
    Adapter adapter = read("'target_modules': '.*q'", pair(Q, 2));
    assertEquals(List.of(Q), adapter.config().targetModules());
    assertEquals(pair(Q, 2), adapter.tensors());
  }

  @Test
  void whatDoesNotFitItsPatternsIsNamed() {
    assertRefused(
        "'target_modules': '.*v'",
        pair(Q, 2),
        "a module is none of its targets: layers.0.q (expected [.*v])");
    assertRefused(
        "'target_modules': ['q'], 'rank_pattern': {'q': 4}",
        pair(Q, 2),
        "'base_model.model.layers.0.q.lora_A.weight' has the wrong shape: [2, 3] (expected (4, in))");
    assertRefused(
        "'target_modules': ['q', 'v'], 'rank_pattern': {'v': 100000}",
        hugeAndSmall(),
        "its ranks differ too much: up to 100000 (expected ranks of one order)");
  }

  private static Map<String, TensorValue> hugeAndSmall() {
    Map<String, TensorValue> tensors = new LinkedHashMap<>();
    for (int layer = 0; layer < 100; layer++) {
      tensors.putAll(pair("layers." + layer + ".q", 2));
    }
    String v = "layers.0.v";
    tensors.put(Adapter.tensorName(v, "A"), TensorValue.of(new float[100_000], 100_000, 1));
    tensors.put(Adapter.tensorName(v, "B"), TensorValue.of(new float[100_000], 1, 100_000));
    return tensors;
  }

  private static void assertRefused(String json, Map<String, TensorValue> tensors, String why) {
    Failure failure = assertThrows(Failure.class, () -> read(json, tensors));
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertEquals(
        "Cannot use the adapter, %s. Use a plain LoRA adapter whose files belong together."
            .formatted(why),
        failure.getMessage());
  }

  private static Adapter read(String json, Map<String, TensorValue> tensors) {
    return EvenAdapter.of(config(json), tensors);
  }

  private static PeftConfig config(String json) {
    String text = "{'peft_type': 'LORA', 'r': 2, 'lora_alpha': 7, " + json + "}";
    return AdapterConfigJson.read(text.replace('\'', '"'), "here");
  }

  private static Map<String, TensorValue> pair(String module, int rank) {
    float[] values = new float[3 * rank];
    for (int i = 0; i < values.length; i++) {
      values[i] = 0.3f * i - 0.5f;
    }
    Map<String, TensorValue> pair = new LinkedHashMap<>();
    pair.put(Adapter.tensorName(module, "A"), TensorValue.of(values, rank, 3));
    pair.put(Adapter.tensorName(module, "B"), TensorValue.of(values, 3, rank));
    return pair;
  }

  private static float[] product(double scaling, TensorValue a, TensorValue b) {
    int rank = Math.toIntExact(a.shape().get(0));
    float[] product = new float[9];
    for (int i = 0; i < 9; i++) {
      for (int r = 0; r < rank; r++) {
        product[i] += (float) (scaling * b.floats()[i / 3 * rank + r] * a.floats()[r * 3 + i % 3]);
      }
    }
    return product;
  }
}
