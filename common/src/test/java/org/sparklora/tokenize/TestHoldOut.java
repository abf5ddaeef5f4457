package org.sparklora.tokenize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sparklora.Failure;
import org.sparklora.config.Settings;
import org.sparklora.feature.SplitOrigin;
import org.sparklora.near.NormalText;
import org.sparklora.tokenize.HoldOut.Side;

class TestHoldOut {
  private static final HoldOut TRAINED = new HoldOut(0.1, Side.TRAINED);
  private static final HoldOut HELD_OUT = new HoldOut(0.1, Side.HELD_OUT);

  @Test
  void everyPromptIsOnOneSideAndAboutTheShareIsHeldOut() {
    List<String> prompts = IntStream.range(0, 5000).mapToObj(i -> "prompt " + i).toList();
    prompts.forEach(p -> assertNotEquals(takes(TRAINED, p), takes(HELD_OUT, p)));
    long heldOut = prompts.stream().filter(p -> takes(HELD_OUT, p)).count();
    assertEquals(500, (double) heldOut, 70);
  }

  /** First 8 bytes of SHA-256 of "42\n" + prompt, by Python's hashlib. */
  @Test
  void theHashIsThatOfTheSpecification() {
    Map<String, Double> parts =
        Map.of("simple math: 1+2=", 0.019963211780960947, "你好", 0.45147438409464397);
    parts.forEach(
        (prompt, part) -> {
          assertTrue(takes(new HoldOut(part + 1e-9, Side.HELD_OUT), prompt));
          assertFalse(takes(new HoldOut(part - 1e-9, Side.HELD_OUT), prompt));
        });
  }

  @Test
  void promptsThatAreEqualInNormalFormAreOnOneSide() {
    for (int i = 0; i < 200; i++) {
      boolean side = takes(HELD_OUT, "what is " + i + " ﬁ");
      assertEquals(side, takes(HELD_OUT, "  what\t\n is\u00a0" + i + "\u3000ﬁ "));
      assertEquals(side, takes(HELD_OUT, "ｗｈａｔ is " + i + " fi"));
    }
    assertEquals("", NormalText.of(" \u2003\n"));
    assertEquals("a b", NormalText.of("\u001fa\u0085 b"));
  }

  @Test
  void aBadRowIsForTheTrainedSideToSay() {
    assertTrue(TRAINED.takes(Optional.empty()));
    assertFalse(HELD_OUT.takes(Optional.empty()));
  }

  @Test
  void withoutASplitEverythingIsTaken() {
    assertTrue(takes(HoldOut.NOTHING, "x"));
    assertTrue(HoldOut.NOTHING.takes(Optional.empty()));
    assertNull(HoldOut.NOTHING.origin());
    assertEquals(new SplitOrigin("held_out", 0.1), HELD_OUT.origin());
    assertEquals("t.eval", HELD_OUT.folder("t"));
    assertEquals("t", TRAINED.folder("t"));
  }

  @Test
  void whatHasAPointIsAShareAndWhatHasNoneACount() {
    for (String odd : List.of("1.5", "200.0", "1.0", "1e3", "-1", "100000000")) {
      Failure failure = assertThrows(Failure.class, () -> size(odd));
      assertTrue(
          failure.getMessage().startsWith("Cannot tokenize, --val_size is out of range: "),
          failure.getMessage());
      assertTrue(
          failure
              .getMessage()
              .endsWith(
                  " (expected a part of the prompts, 0 to below 1, or a number of rows without a point). The default is 0."),
          failure.getMessage());
    }
    assertEquals(200, size("200"));
    assertEquals(1, size("1"));
    assertEquals(0.2, size("0.2"));
    assertEquals(0.001, size("1e-3"));
    assertEquals(0, size("0"));
    assertEquals(0, size("0.0"));
  }

  private static double size(String value) {
    return Settings.parse(
            TokenizeConfig.options(),
            "--model_checkpoint=m",
            "--input_file=i",
            "--save_name=s",
            "--val_size=" + value)
        .build(TokenizeConfig::of)
        .valSize();
  }

  private static boolean takes(HoldOut holdOut, String prompt) {
    return holdOut.takes(Optional.of(prompt));
  }
}
