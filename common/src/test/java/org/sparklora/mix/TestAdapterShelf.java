package org.sparklora.mix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.adapter.AdapterOrigin;
import org.sparklora.lora.ForeignAdapter;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.storage.Store;

class TestAdapterShelf {
  private static final Store STORE = Store.local();

  @TempDir Path folder;

  @Test
  void mixesByName() {
    Adapter trained = AdapterFolder.read(STORE, golden("llama"));
    try (BaseWeights base = base()) {
      AdapterShelf shelf =
          AdapterShelf.open(STORE, places("a=" + golden("llama"), "b=" + golden("llama")), base);
      assertEquals(List.of("a", "b"), shelf.names());
      assertEquals(trained, shelf.mixed(shelf.mix("b")).orElseThrow());
      assertEquals(trained, shelf.mixed(shelf.mix("a=0.5,b=0.5")).orElseThrow());
      assertTrue(shelf.mixed(shelf.mix("a=1,a=-1")).isEmpty());
      assertTrue(shelf.mixed(AdapterMix.NONE).isEmpty());
      assertEquals(8, shelf.adapter(shelf.mix("a=0")).config().rank());
    }
  }

  @Test
  void adaptersOfAnotherBaseAreRefused() {
    String other = written("other", "tensors:00:00");
    try (BaseWeights base = base()) {
      Failure failure =
          assertThrows(
              Failure.class,
              () -> AdapterShelf.open(STORE, places("a=" + other), base, ForeignAdapter.REFUSED));
      assertEquals(ExitCode.INPUT, failure.exitCode());
      assertEquals(
          "Cannot use the adapter, it was trained on another base: tensors:00:00 in %s (expected %s). Give the base that it was trained on, or add --trust_base."
              .formatted(other, base.fingerprint()),
          failure.getMessage());
      AdapterShelf.open(STORE, places("a=" + other), base, ForeignAdapter.TRUSTED);
    }
  }

  @Test
  void adaptersOfDifferentBasesHaveNoCommonOrigin() {
    String one = written("one", "tensors:01:00");
    String two = written("two", "tensors:02:00");
    assertEquals("tensors:01:00", origin("a=" + one, "p=" + golden("llama")).base());
    assertEquals("tensors:01:00", origin("a=" + one, "b=" + written("three", "")).base());
    Failure failure = assertThrows(Failure.class, () -> origin("a=" + one, "b=" + two));
    assertEquals(
        "Cannot mix the adapters, they were trained on different bases: tensors:02:00 in %s (expected tensors:01:00 as the others). Mix adapters of one base."
            .formatted(two),
        failure.getMessage());
    List<AdapterPlace> both = places("a=" + one, "b=" + two);
    assertEquals(
        "tensors:01:00", MixedOrigin.of(STORE, both, ForeignAdapter.TRUSTED).orElseThrow().base());
    assertTrue(
        MixedOrigin.of(STORE, places("a=" + golden("llama")), ForeignAdapter.REFUSED).isEmpty());
  }

  @Test
  void theFirstPromptFormCounts() {
    String one = written("one", "x', 'prompt_form': {'form': 'none'}, 'more': '");
    String two = written("two", "x', 'prompt_form': {'form': 'chatglm'}, 'more': '");
    assertEquals(
        "none", origin("a=" + one, "b=" + two).promptForm().orElseThrow().path("form").asText());
  }

  private static AdapterOrigin origin(String... texts) {
    return MixedOrigin.of(STORE, places(texts), ForeignAdapter.REFUSED).orElseThrow();
  }

  /** The reference adapter with another origin. */
  private String written(String name, String base) {
    String to = folder.resolve(name).toString();
    AdapterFolder.files(AdapterFolder.read(STORE, golden("llama")))
        .forEach((file, bytes) -> STORE.writeBytes(Store.child(to, file), bytes));
    STORE.writeText(
        Store.child(to, AdapterOrigin.FILE),
        "{'base_fingerprint': '%s'}".formatted(base).replace('\'', '"'));
    return to;
  }

  private static List<AdapterPlace> places(String... texts) {
    return AdapterPlace.parseAll(List.of(texts));
  }

  private static BaseWeights base() {
    return BaseWeights.open(STORE, Fixtures.path("llama", "model").toString());
  }

  private static String golden(String family) {
    return Fixtures.path(family, "golden/adapter").toString();
  }
}
