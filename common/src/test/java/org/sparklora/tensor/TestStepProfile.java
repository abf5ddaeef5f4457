package org.sparklora.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.tensor.StepProfile.Difference;

/** The counter of {@code TestGpuCalls} counts. */
class TestStepProfile {
  private static final String IDLE = "\"shape\": [], \"cpu mem\": \"0 b\"";

  @TempDir private Path folder;

  @Test
  void operatorsAreCountedWhereTheyLaunchSomethingWithWhatTheyMove() throws IOException {
    String many = "[100, 200]";
    Difference found =
        profile(
                operator("mul", 1, "[], " + many + ", " + many, "39.06 Kb"),
                operator("mul", 2, many + ", " + many + ", " + many, "0 b"),
                operator("add_", 3, many + ", [100, 1], []", "0 b"),
                operator("t", 4, many, "0 b"),
                operator("mm", 5, many + ", " + many, "39.06 Kb"),
                operator("empty", 6, "", "39.06 Kb"),
                operator("copy_", 7, many + ", " + many + ", []", "0 b"),
                operator("clone", 5.5, many, "39.06 Kb"),
                call("some_kernel", 0.5))
            .beside(profile());
    assertEquals(Map.of("some_kernel", 1), found.kernels());
    assertEquals(5, found.launches());
    double once = 2 * 100 * 200;
    assertEquals(10 * once + 400, found.bytes(), 100);
    assertEquals(Set.of(), found.wide());
  }

  @Test
  void whatIsInBothStepsIsInNeither() throws IOException {
    String[] step = {operator("neg", 1, "[4]", "8 b"), call("kernel", 0.5)};
    Difference found = profile(step).beside(profile(step));
    assertEquals(new Difference(Map.of(), 0, 0, Set.of()), found);
  }

  @Test
  void waitsAndWideNumbersAreFound() throws IOException {
    StepProfile found =
        profile(
            operator("item", 1, "[]", "0 b"),
            call("reads", 0.5),
            operator("nonzero", 5, "[4]", "0 b"),
            operator("where", 4.9, "[4]", "0 b"),
            call("looks", 4.5));
    assertEquals(2, found.waits());
    StepProfile wide =
        profile(operator("_to_copy", 3, "[100, 200], []", "78.13 Kb"), call("widens", 2.5));
    assertEquals(Set.of("widens"), wide.beside(profile()).wide());
    assertEquals(0, wide.waits());
  }

  @Test
  void anOperatorThatNobodyKnowsIsAsked() throws IOException {
    StepProfile found = profile(operator("cumprod", 1, "[4]", "0 b"), call("kernel", 0.5));
    String said =
        assertThrows(IllegalStateException.class, () -> found.beside(profile())).getMessage();
    assertTrue(said.startsWith("Say in ARGUMENTS how many"), said);
  }

  private StepProfile profile(String... events) throws IOException {
    Path file = Files.createTempFile(folder, "profile", ".json");
    Files.writeString(file, "[" + String.join(",\n", events) + "]");
    return StepProfile.in(file);
  }

  private static String operator(String name, double start, String shapes, String memory) {
    return "{\"name\": \"aten::%s\", \"ts\": %s, \"shape\": [%s], \"cpu mem\": \"%s\"}"
        .formatted(name, start, shapes, memory);
  }

  private static String call(String name, double start) {
    return "{\"name\": \"%s\", \"ts\": %s, %s}".formatted(name, start, IDLE);
  }
}
