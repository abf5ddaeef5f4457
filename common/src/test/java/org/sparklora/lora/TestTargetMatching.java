package org.sparklora.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.model.spec.LinearModule;

class TestTargetMatching {
  private static final List<LinearModule> MODULES =
      List.of(
          new LinearModule(0, "model.layers.0.self_attn.q_proj", 8, 8),
          new LinearModule(0, "model.layers.0.mlp.up_proj", 8, 16),
          new LinearModule(1, "model.layers.1.self_attn.q_proj", 8, 8),
          new LinearModule(1, "model.layers.1.mlp.up_proj", 8, 16));

  @Test
  void lastPartNamesTheModuleOfEveryLayer() {
    assertEquals(
        List.of(MODULES.get(0), MODULES.get(2)), TargetMatching.match(MODULES, List.of("q_proj")));
  }

  @Test
  void fullNameAndLongerEndingNameOneEach() {
    assertEquals(
        List.of(MODULES.get(1), MODULES.get(2)),
        TargetMatching.match(
            MODULES, List.of("layers.1.self_attn.q_proj", "model.layers.0.mlp.up_proj")));
  }

  @Test
  void partOfANameMatchesNothingAndIsRefusedWithTheCandidates() {
    Failure failure =
        assertThrows(
            Failure.class,
            () -> TargetMatching.match(MODULES, List.of("q_proj", "proj", "W_pack")));
    assertEquals(
        "Cannot place the adapter, targets match no weight: W_pack, proj (expected names among"
            + " q_proj, up_proj). Change --lora_targets.",
        failure.getMessage());
    assertEquals(ExitCode.USAGE, failure.exitCode());
  }

  @Test
  void aMistypedTargetIsToldWhatItMayMean() {
    Failure failure =
        assertThrows(Failure.class, () -> TargetMatching.match(MODULES, List.of("q_porj")));
    assertEquals(
        "Cannot place the adapter, targets match no weight: q_porj (expected names among q_proj, up_proj). Did you mean q_proj? Change --lora_targets.",
        failure.getMessage());
  }

  @Test
  void settingsOutOfRangeAreNamedTogether() {
    Failure failure =
        assertThrows(Failure.class, () -> new LoraSettings(0, -1, 1.5, List.of(), false, 42));
    assertEquals(
        "Cannot make the adapter, its settings are wrong: --lora_rank 0 (expected at least 1);"
            + " --lora_alpha -1.0 (expected a positive number); --lora_dropout 1.5 (expected at"
            + " least 0 and below 1); --lora_targets is empty (expected names of linear modules)."
            + " Change these flags.",
        failure.getMessage());
  }

  @Test
  void rsloraScalesByTheRootOfTheRank() {
    assertEquals(4, new LoraSettings(8, 32, 0, List.of("q"), false, 1).scaling());
    assertEquals(8, new LoraSettings(16, 32, 0, List.of("q"), true, 1).scaling());
  }
}
