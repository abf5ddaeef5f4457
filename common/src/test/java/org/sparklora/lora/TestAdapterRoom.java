package org.sparklora.lora;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.model.spec.LinearModule;

class TestAdapterRoom {
  private static final List<LinearModule> SMALL = List.of(new LinearModule(0, "layer.q", 8, 24));
  private static final List<LinearModule> HUGE =
      List.of(new LinearModule(0, "layer.q", 1 << 20, 1 << 20));

  @Test
  void aRankUpToTheLargerSideHasRoom() {
    assertDoesNotThrow(() -> AdapterRoom.check(SMALL, rank(24)));
    assertEquals(
        "Cannot place the adapter, --lora_rank is too large for this base: 25 (expected at most 24). Lower it, 4 to 64 are usual.",
        refused(SMALL, 25));
    refused(SMALL, 2_000_000_000);
  }

  @Test
  void allValuesTogetherFitOneArray() {
    assertDoesNotThrow(() -> AdapterRoom.check(HUGE, rank(1023)));
    assertEquals(
        "Cannot place the adapter, --lora_rank is too large for this base: 1024 (expected at most 1023). Lower it, 4 to 64 are usual.",
        refused(HUGE, 1024));
  }

  private static String refused(List<LinearModule> modules, int rank) {
    Failure failure = assertThrows(Failure.class, () -> AdapterRoom.check(modules, rank(rank)));
    assertEquals(ExitCode.USAGE, failure.exitCode());
    return failure.getMessage();
  }

  private static LoraSettings rank(int rank) {
    return new LoraSettings(rank, 32, 0, List.of("q"), false, 42);
  }
}
