package org.sparklora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TestVisibleText {
  @Test
  void whatATerminalObeysIsSpelledOut() {
    assertEquals("a\\u001b[31mred\\u0007", VisibleText.of("a\u001b[31mred\u0007"));
    assertEquals("\\u009b2J\\u007f\\u0000", VisibleText.of("\u009b2J\u007f\u0000"));
    assertEquals("a\\nb\\r\\tc\\u2028d\\u2029", VisibleText.of("a\nb\r\tc\u2028d\u2029"));
  }

  @Test
  void whatTurnsOrHidesTextIsSpelledOut() {
    assertEquals("x\\u202etxt.exe", VisibleText.of("x\u202etxt.exe"));
    assertEquals("\\u2066\\u200b\\ufeff\\u00ad", VisibleText.of("\u2066\u200b\ufeff\u00ad"));
    assertEquals("\\udb40\\udc41 \\ud800", VisibleText.of("\udb40\udc41 \ud800"));
  }

  @Test
  void everyScriptStaysAsItIs() {
    String text =
        "数学 é é \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 👩\u200d💻 C:\\a 'b' \"c\"";
    assertEquals(text, VisibleText.of(text));
  }

  @Test
  void whatIsVisibleStaysWhenItIsShownAgain() {
    String once = VisibleText.of("a\u001b\n\\");
    assertEquals(once, VisibleText.of(once));
  }

  @Test
  void aFailureLeavesOutTheMiddleOfALongValue() {
    String value = "\ud83d\ude00".repeat(50_000);
    String told = Failure.input("Cannot read x" + value + " (expected y). Change it.").getMessage();
    assertTrue(told.startsWith("Cannot read x\ud83d\ude00"), told);
    assertTrue(told.endsWith("\ud83d\ude00 (expected y). Change it."), told);
    assertTrue(told.length() < 3_100 && told.contains(" \u2026 "), told);
  }

  @Test
  void aFailureQuotesOnOneLineAndHasALineForEachOfItsSentences() {
    assertEquals(
        "Cannot read x\\nCannot write.",
        Failure.input("Cannot read x\nCannot write.").getMessage());
    Failure two = new Failure(ExitCode.USAGE, List.of("Cannot a\nb.", "Cannot c."));
    assertEquals("Cannot a\\nb.\nCannot c.", two.getMessage());
    assertEquals(List.of("Cannot a\\nb.", "Cannot c."), two.sentences());
  }
}
