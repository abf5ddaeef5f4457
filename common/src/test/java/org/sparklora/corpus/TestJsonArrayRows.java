package org.sparklora.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

class TestJsonArrayRows {
  private static final ExampleParser PARSER = new ExampleParser("q", "a");

  @Test
  void readsElementsInOrder() {
    List<CorpusRow> rows =
        read("[{\"q\": \"1\", \"a\": \"x\"},\r\n {\"a\": \"y\", \"q\": \"2\", \"z\": [{}]}]\n");
    assertEquals(List.of(good("1", "x"), good("2", "y")), rows);
  }

  @ParameterizedTest
  @MethodSource("org.sparklora.corpus.TestExampleParser#fieldsNobodyWants")
  void whatStandsInOtherFieldsDoesNotMatter(String value) {
    String element = "{\"n\": %s, \"q\": \"1\", \"a\": \"x\", \"m\": [%1$s]}".formatted(value);
    assertEquals(List.of(good("1", "x"), good("1", "x")), read("[%s, %1$s]".formatted(element)));
  }

  @Test
  void elementsAndTextsHaveALimit() {
    String text = "x".repeat(SplitLines.longest() / 2);
    CorpusRow.Bad row =
        (CorpusRow.Bad)
            read("[{\"q\": \"1\", \"m\": \"%s\", \"n\": \"%1$s\", \"a\": \"x\"}]".formatted(text))
                .get(0);
    assertEquals("it is longer than 64 MiB (--size_limits)", row.reason());
    assertEquals(SplitLines.longest() + 1, row.content().length);
    assertFails(
        "[{\"q\": \"%s%1$sx\"}]".formatted(text),
        "Cannot read the corpus, an element of the JSON array holds too long a text: corpus.json (expected at most 67108864 characters). Correct the file, or if it is meant so raise --size_limits.");
  }

  @Test
  void emptyArrayHasNoRows() {
    assertEquals(List.of(), read(" [ ] "));
  }

  @Test
  void byteOrderMarkIsNoText() {
    assertEquals(List.of(good("1", "x")), read("\ufeff[{\"q\": \"1\", \"a\": \"x\"}]"));
  }

  @Test
  void elementsOfTheWrongKindAreBadRows() {
    List<String> reasons =
        read("[7, {\"q\": 1, \"a\": \"x\"}, {\"q\": \"x\"}, null, [1]]").stream()
            .map(row -> ((CorpusRow.Bad) row).reason())
            .toList();
    assertEquals(
        List.of(
            "it is not a JSON object",
            "the value of q is a number, not a text",
            "the key is missing: a",
            "it is not a JSON object",
            "it is not a JSON object"),
        reasons);
  }

  @Test
  void badElementsAreHashedInCompactForm() {
    CorpusRow.Bad spaced = (CorpusRow.Bad) read("[ { \"q\" :  1 } ]").get(0);
    CorpusRow.Bad compact = (CorpusRow.Bad) read("[{\"q\":1}]").get(0);
    assertEquals("{\"q\":1}", spaced.text());
    String all = "[{\"q\":[1.50,{\"x\":NaN}],\"a\":\"\u957f \\n\",\"n\":[null,true,{}]}]";
    assertEquals(all, "[" + ((CorpusRow.Bad) read(all).get(0)).text() + "]");
    assertEquals(compact.hash(), spaced.hash());
  }

  @Test
  void malformedTextEndsTheJobAndIsNotShown() {
    String message =
        "Cannot read the corpus, the JSON array is malformed at line 2 column %d: corpus.json (expected JSON to the end). Correct the file.";
    String start = "[{\"q\": \"1\", \"a\": \"x\"},\n";
    assertFails(start + "secret]", message.formatted(7));
    assertFails(start, message.formatted(1));
    assertFails(start + "{\"q\": \"sec", message.formatted(11));
  }

  @Test
  void textBehindTheArrayIsRefused() {
    assertFails(
        "[] []",
        "Cannot read the corpus, there is more behind the JSON array: corpus.json (expected one array). Correct the file.");
  }

  @Test
  void filesThatAreNoArrayAreRefused() {
    assertFails(
        "{}",
        "Cannot read the corpus, the file is not a JSON array: corpus.json (expected [ first). Check --input_file.");
  }

  @Test
  void otherEncodingsAreRefused() {
    byte[] latin = "[{\"q\": \"caf\u00e9\"}]".getBytes(StandardCharsets.ISO_8859_1);
    Failure failure = assertThrows(Failure.class, () -> read(new ByteArrayInputStream(latin)));
    assertEquals(
        "Cannot read the corpus, the JSON array is not UTF-8: corpus.json (expected UTF-8). Convert the file.",
        failure.getMessage());
  }

  @Test
  void failingReadsAreStorageFailures() {
    Failure failure = assertThrows(Failure.class, () -> read(new BrokenStream()));
    assertEquals(
        "Cannot read the corpus, the read failed: corpus.json (connection reset). Check the store and run again.",
        failure.getMessage());
    assertEquals(ExitCode.STORAGE, failure.exitCode());
  }

  @Test
  void holdsNoMoreThanTheElementAtHand() {
    byte[] element = utf8("{\"q\": \"" + "x".repeat(1 << 20) + "\", \"a\": \"y\"},");
    int count = 50;
    Stream<byte[]> parts =
        IntStream.rangeClosed(0, count + 1)
            .mapToObj(i -> i == 0 ? utf8("[") : i <= count ? element : utf8("7]"));
    PartsStream in = new PartsStream(parts);
    try (JsonArrayRows array = JsonArrayRows.open(PARSER, in, "corpus.json")) {
      for (long i = 1; i <= count; i++) {
        array.next();
        assertTrue(in.taken <= i * element.length + (1 << 16), "read ahead: " + in.taken);
      }
      array.next();
      assertThrows(NoSuchElementException.class, array::next);
    }
  }

  @Test
  void deepNestingIsRefused() {
    assertFails(
        "[" + "[".repeat(1_000_000),
        "Cannot read the corpus, an element of the JSON array is nested too deeply: corpus.json (expected at most 1000000 levels). Correct the file.");
  }

  /** Parts one after the other, made while they are read. */
  private static final class PartsStream extends InputStream {
    private final Iterator<byte[]> parts;
    private ByteBuffer part = ByteBuffer.allocate(0);
    private long taken;

    PartsStream(Stream<byte[]> parts) {
      this.parts = parts.iterator();
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) {
      while (!part.hasRemaining()) {
        if (!parts.hasNext()) {
          return -1;
        }
        part = ByteBuffer.wrap(parts.next());
      }
      int count = Math.min(length, part.remaining());
      part.get(into, from, count);
      taken += count;
      return count;
    }
  }

  private static final class BrokenStream extends InputStream {
    @Override
    public int read() throws IOException {
      throw new IOException("connection reset");
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      throw new IOException("connection reset");
    }
  }

  private static void assertFails(String json, String message) {
    Failure failure = assertThrows(Failure.class, () -> read(json));
    assertEquals(message, failure.getMessage());
    assertEquals(ExitCode.INPUT, failure.exitCode());
  }

  private static CorpusRow good(String prompt, String target) {
    return new CorpusRow.Good(new Example(prompt, target));
  }

  private static List<CorpusRow> read(String json) {
    return read(bytes(json));
  }

  private static List<CorpusRow> read(InputStream in) {
    List<CorpusRow> rows = new ArrayList<>();
    try (JsonArrayRows array = JsonArrayRows.open(PARSER, in, "corpus.json")) {
      array.forEachRemaining(rows::add);
    }
    return Collections.unmodifiableList(rows);
  }

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(utf8(text));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
