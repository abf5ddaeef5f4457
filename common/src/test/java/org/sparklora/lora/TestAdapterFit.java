package org.sparklora.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sparklora.EachFamily;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.adapter.TargetRule;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.storage.Store;
import org.sparklora.weights.TensorValue;

class TestAdapterFit {
  @EachFamily
  void theReferenceAdaptersFit(String family) {
    check(family, adapter(family));
  }

  @Test
  void refusesAnotherShape() {
    assertRefused(
        "qwen2",
        adapter("llama"),
        "it adapts other modules than its targets name in the base: none more among 4 (expected model.layers.2.self_attn.q_proj among 6)");
    Map<String, TensorValue> tensors = new LinkedHashMap<>(adapter("llama").tensors());
    String name = Adapter.tensorName("model.layers.0.self_attn.q_proj", "A");
    tensors.put(name, TensorValue.of(new float[8 * 32], 8, 32));
    assertRefused(
        "llama",
        new Adapter(adapter("llama").config(), tensors),
        "a shape is wrong in model.layers.0.self_attn.q_proj.lora_A: [8, 32] (expected [8, 64])");
  }

  @Test
  void refusesAnAdapterOfAnotherFamily() {
    assertRefused(
        "llama",
        adapter("chatglm2"),
        "its tensors name no module of this base: transformer.encoder.layers.0.self_attention.query_key_value (expected model.layers.0.self_attn.q_proj and the like)");
  }

  @Test
  void refusesAnAdapterThatLacksALayer() {
    Map<String, TensorValue> tensors = new LinkedHashMap<>(adapter("llama").tensors());
    tensors.keySet().removeIf(n -> n.contains("layers.1.self_attn.v_proj"));
    assertRefused(
        "llama",
        new Adapter(adapter("llama").config(), tensors),
        "it adapts other modules than its targets name in the base: none more among 3 (expected model.layers.1.self_attn.v_proj among 4)");
  }

  private static void assertRefused(String family, Adapter adapter, String why) {
    Failure failure = assertThrows(Failure.class, () -> check(family, adapter));
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertEquals(
        "Cannot use the adapter with this base, %s. Give the base that it was trained on."
            .formatted(why),
        failure.getMessage());
  }

  private static void check(String family, Adapter adapter) {
    TargetRule targets = TargetRule.ofNames(adapter.config().targetModules());
    AdapterFit.check(spec(family), targets, adapter);
  }

  private static DecoderSpec spec(String family) {
    return DecoderSpec.read(Store.local(), Fixtures.path(family, "model").toString());
  }

  private static Adapter adapter(String family) {
    return AdapterFolder.read(Store.local(), Fixtures.path(family, "golden/adapter").toString());
  }
}
