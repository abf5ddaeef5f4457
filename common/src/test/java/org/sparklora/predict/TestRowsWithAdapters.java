package org.sparklora.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.generation.GenerationSettings;
import org.sparklora.mix.MadeAdapter;
import org.sparklora.model.load.CpuOptions;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberChoice;
import org.sparklora.tensor.NumberType;

/** Rows of one batch name their adapters, and answer as in batches of their own. */
class TestRowsWithAdapters {
  private static final Store STORE = Store.local();
  private static final List<String> MIXES = List.of("", "a", "b", "a=0.5,b=0.5", "b=-1");
  private static final int ROWS = 20;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"chatglm", "llama", "gemma3_text"})
  void answersEqualThoseOfSeparateBatches(String family) {
    List<String> together = answers(family, "", "adapter", MIXES);
    for (int i = 0; i < MIXES.size(); i++) {
      List<String> alone =
          MIXES.get(i).isEmpty()
              ? answers(family, null, "", List.of(""))
              : answers(family, MIXES.get(i), "", List.of(""));
      for (int row = i; row < ROWS; row += MIXES.size()) {
        assertEquals(alone.get(row), together.get(row), MIXES.get(i) + " in row " + row);
      }
    }
    assertTrue(new HashSet<>(together).size() > 5, "adapters have to differ");
  }

  @Test
  void aColumnChoosesAmongAdapters() {
    Failure failure = assertThrows(Failure.class, () -> AdapterChoice.of(List.of(), "", "which"));
    assertEquals(
        "Cannot predict, --adapter_column chooses among adapters: which with no adapter (expected"
            + " one --adapter NAME=DIR or more, and no --mix). Correct the flags.",
        failure.getMessage());
    failure = assertThrows(Failure.class, () -> AdapterChoice.of(List.of("a=x"), "a=2", "which"));
    assertEquals(
        "Cannot predict, --adapter_column chooses among adapters: which with --mix a=2 (expected"
            + " one --adapter NAME=DIR or more, and no --mix). Correct the flags.",
        failure.getMessage());
    AdapterChoice choice = AdapterChoice.of(List.of("a=x"), "", "which");
    assertEquals("", choice.fault("a=0.5"));
    assertEquals("", choice.fault(" "));
    assertEquals("the value of which names none of the adapters", choice.fault("c"));
  }

  /** Of the same prompts; row i has the mix i of some. */
  private List<String> answers(String family, String mix, String column, List<String> mixes) {
    List<String> places = mix == null ? List.of() : places(family);
    ModelChoice choice =
        new ModelChoice(
            Fixtures.path(family, "model").toString(),
            AdapterChoice.of(places, mix == null ? "" : mix, column),
            NumberChoice.FP32,
            "");
    List<Prompt> prompts = new ArrayList<>();
    List<JsonNode> corpus = Fixtures.lines(family, "corpus.jsonl");
    for (int i = 0; i < ROWS; i++) {
      String text = corpus.get(i).get("q").asText();
      prompts.add(new Prompt(i, text, Optional.empty(), mixes.get(i % mixes.size())));
    }
    try (Predictor predictor =
        Predictor.open(
            STORE, choice, Fixtures.path(family, "model"), CpuOptions.of(NumberType.FP32, 1))) {
      GenerationSettings settings = new GenerationSettings(12, 0, 1, 42, 6, 0);
      return predictor.predict(prompts, settings).stream().map(Prediction::text).toList();
    }
  }

  private List<String> places(String family) {
    String made = folder.resolve(family).toString();
    DecoderSpec base = DecoderSpec.read(STORE, Fixtures.path(family, "model").toString());
    AdapterFolder.files(MadeAdapter.of(base, 7, 3, true))
        .forEach((name, bytes) -> STORE.writeBytes(Store.child(made, name), bytes));
    return List.of("a=" + Fixtures.path(family, "golden/adapter"), "b=" + made);
  }
}
