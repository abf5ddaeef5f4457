package org.sparklora.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TestExampleParser {
  private final ExampleParser parser = new ExampleParser("q", "a");

  @Test
  void readsTheTwoFieldsWhereverTheyStand() {
    assertGood("{\"a\": \"42\", \"more\": {\"q\": [1]}, \"q\": \"6 x 7\"}", "6 x 7", "42");
  }

  @Test
  void fieldNamesAreFree() {
    ExampleParser other = new ExampleParser("问题 1", "out.put");
    assertEquals(
        Optional.of(new CorpusRow.Good(new Example("你好", "😀"))),
        other.line(utf8("{\"问题 1\": \"你好\", \"out.put\": \"\\ud83d\\ude00\"}")));
  }

  @Test
  void promptsAloneNeedNoTarget() {
    assertEquals(
        Optional.of(new CorpusRow.Good(new Example("hi", ""))),
        new ExampleParser("q", "").line(utf8("{\"q\": \"hi\"}")));
  }

  @Test
  void theLastOfEqualNamesCounts() {
    assertGood("{\"q\": 1, \"q\": \"x\", \"a\": \"y\"}", "x", "y");
  }

  @Test
  void emptyTextsAndLineEndsInTextsAreKept() {
    assertGood("{\"q\": \"a\\r\\nb\", \"a\": \"\"}", "a\r\nb", "");
  }

  @Test
  void blankLinesAreNoRows() {
    for (String line : new String[] {"", " ", "\t\r", "\ufeff", "\ufeff \r"}) {
      assertEquals(Optional.empty(), parser.line(utf8(line)));
    }
  }

  @Test
  void byteOrderMarkAndCarriageReturnAreNoText() {
    assertGood("\ufeff{\"q\": \"x\", \"a\": \"y\"}\r", "x", "y");
  }

  @Test
  void linesOfFiveMegabytesAreRead() {
    String text = "长 long ".repeat(700_000);
    assertGood("{\"q\": \"" + text + "\", \"a\": \"y\"}", text, "y");
    String noise = "[" + "7, ".repeat(1_700_000) + "7]";
    assertGood("{\"noise\": " + noise + ", \"q\": \"x\", \"a\": \"y\"}", "x", "y");
  }

  @ParameterizedTest
  @MethodSource("fieldsNobodyWants")
  void whatStandsInOtherFieldsDoesNotMatter(String value) {
    assertGood("{\"n\": %s, \"q\": \"x\", \"a\": \"y\", \"m\": [%1$s]}".formatted(value), "x", "y");
  }

  static Stream<String> fieldsNobodyWants() {
    return Stream.of(
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999999999",
        "9".repeat(100_000),
        "-0." + "3".repeat(5_000),
        "[".repeat(100_000) + "]".repeat(100_000),
        "{\"k\": ".repeat(5_000) + "null" + "}".repeat(5_000));
  }

  @Test
  void namesByTheThousandAreNotKept() {
    StringBuilder names = new StringBuilder("{\"q\": \"x\", \"a\": \"y\"");
    for (int i = 0; i < 100_000; i++) {
      names.append(", \"n").append(i).append("\": 1");
    }
    assertGood(names + "}", "x", "y");
  }

  @Test
  void reasonsNameWhatIsWrong() {
    Map<String, String> reasons =
        Map.ofEntries(
            Map.entry("{\"q\": \"x\"}", "the key is missing: a"),
            Map.entry("{\"a\": \"x\"}", "the key is missing: q"),
            Map.entry("{\"q\": 7, \"a\": \"x\"}", "the value of q is a number, not a text"),
            Map.entry("{\"q\": \"x\", \"a\": 1.5}", "the value of a is a number, not a text"),
            Map.entry("{\"q\": \"x\", \"a\": null}", "the value of a is null, not a text"),
            Map.entry("{\"q\": \"x\", \"a\": true}", "the value of a is a boolean, not a text"),
            Map.entry("{\"q\": \"x\", \"a\": [\"y\"]}", "the value of a is an array, not a text"),
            Map.entry("{\"q\": {}, \"a\": \"y\"}", "the value of q is an object, not a text"),
            Map.entry(
                "{\"q\": \"\\ud83d\", \"a\": \"y\"}", "the value of q holds half a character"),
            Map.entry(
                "{\"q\": \"\\ude00x\", \"a\": \"y\"}", "the value of q holds half a character"),
            Map.entry("[{\"q\": \"x\", \"a\": \"y\"}]", "it is not a JSON object"),
            Map.entry("\"secret\"", "it is not a JSON object"),
            Map.entry("{\"q\": \"x\", \"a\": \"y\"} {}", "there is more than one JSON object"),
            Map.entry("{\"q\": \"x\", \"a\": \"y\"", "it is malformed JSON at column 20"),
            Map.entry("secret", "it is malformed JSON at column 7"),
            Map.entry("{\"q\": secret}", "it is malformed JSON at column 13"),
            Map.entry("[".repeat(2000), "it is not a JSON object"),
            Map.entry("{\"n\": " + "[".repeat(2000) + "}", "it is malformed JSON at column 2008"),
            Map.entry("{\"n\": " + "[".repeat(1_000_001), "its JSON is nested too deeply"),
            Map.entry("{\"q\": NaN, \"a\": \"x\"}", "the value of q is a number, not a text"),
            Map.entry("\0\0\0", "it holds zero bytes"),
            Map.entry(" \0", "it holds zero bytes"),
            Map.entry("\f", "it is malformed JSON at column 2"),
            Map.entry("{\"q\": \"x\", \"a\": \"y\"}\0\0", "it holds zero bytes"));
    reasons.forEach((line, reason) -> assertEquals(reason, bad(utf8(line)).reason(), line));
  }

  @Test
  void reasonsHoldNoTextOfTheLine() {
    for (String line :
        new String[] {
          "secret", "{secret", "{\"q\": secret}", "{\"q\": \"secret", "{'q': 'secret'}"
        }) {
      assertFalse(bad(utf8(line)).reason().contains("secret"), line);
    }
  }

  @Test
  void otherEncodingsAreBad() {
    byte[] latin = "{\"q\": \"caf\u00e9\", \"a\": \"y\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertEquals("it is not UTF-8", bad(latin).reason());
    byte[] utf16 = "\ufeff{\"q\": \"x\", \"a\": \"y\"}".getBytes(StandardCharsets.UTF_16LE);
    assertEquals("it is not UTF-8", bad(utf16).reason());
  }

  @Test
  void badRowsCarryHashAndLine() {
    CorpusRow.Bad row = bad(utf8("abc"));
    assertEquals(
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", row.hash());
    assertEquals("abc", row.text());
  }

  @Test
  void parserTravelsToExecutors() throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(parser);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertEquals(parser, in.readObject());
    }
  }

  private void assertGood(String line, String prompt, String target) {
    CorpusRow row = parser.line(utf8(line)).orElseThrow();
    assertTrue(row instanceof CorpusRow.Good, row.toString());
    assertEquals(new Example(prompt, target), ((CorpusRow.Good) row).example());
  }

  private CorpusRow.Bad bad(byte[] line) {
    return assertInstanceOf(CorpusRow.Bad.class, parser.line(line).orElseThrow());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
