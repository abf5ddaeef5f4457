package org.sparklora.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

class TestHostCheck {
  @Test
  void hostsThatDifferAreSeenInTheEnvironment() {
    List<HostReport> reports =
        List.of(
            HostReport.fit("a", "base", Map.of("engine", "x", "processor", "avx2")),
            HostReport.fit("b", "base", Map.of("engine", "x", "processor", "avx512f")));
    assertEquals(
        Map.of("engine", "x", "processor", "avx2 | avx512f", "ranks", "2"),
        HostCheck.environment(reports, "base", 2));
  }

  @Test
  void aHostWithAnotherBaseIsNamed() {
    List<HostReport> reports =
        List.of(HostReport.fit("a", "base", Map.of()), HostReport.fit("b", "other", Map.of()));
    Failure failure = assertThrows(Failure.class, () -> HostCheck.environment(reports, "base", 2));
    assertEquals(ExitCode.CLUSTER, failure.exitCode());
    assertEquals(
        "Cannot train, a host has another base model than the driver: other on b (expected base). Copy the same model folder to every host.",
        failure.getMessage());
  }

  @Test
  void whatAHostLacksIsTheMessage() {
    List<HostReport> reports =
        List.of(
            HostReport.fit("a", "base", Map.of()),
            HostReport.lacking("b", "Cannot train, b lacks something."));
    Failure failure = assertThrows(Failure.class, () -> HostCheck.environment(reports, "base", 2));
    assertEquals(ExitCode.CLUSTER, failure.exitCode());
    assertEquals("Cannot train, b lacks something.", failure.getMessage());
  }
}
