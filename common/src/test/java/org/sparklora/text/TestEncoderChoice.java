package org.sparklora.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Fixtures;
import org.sparklora.text.SharedTokenizers.Loan;
import org.sparklora.text.SharedTokenizers.Shelf;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.encoder.UnsupportedTokenizer;

/** Which encoder a tokenizer file gets, and what encoders share. */
class TestEncoderChoice {
  private static final HashedFile QWEN2 =
      HashedFile.read(Fixtures.path("qwen2", "model/tokenizer.json"));
  private static final HashedFile CHATGLM2 =
      HashedFile.read(Fixtures.path("chatglm2", "model/tokenizer.model"));
  private static final String TEXT = "It\u2019s 42 \u6c49\u5b57, na\u00efve\n";

  private final List<String> log = new ArrayList<>();
  private final EncoderChoice encoders = new EncoderChoice(new Notes(log::add));

  @Test
  void knownTokenizersGetOurOwnEncoderSilently() {
    assertInstanceOf(Loan.class, encoders.tokenizerJson(QWEN2).codec());
    assertInstanceOf(Loan.class, encoders.sentencePiece(CHATGLM2).codec());
    for (String family : List.of("mistral", "phi3", "gemma3_text")) {
      HashedFile file = HashedFile.read(Fixtures.path(family, "model/tokenizer.json"));
      assertInstanceOf(Loan.class, encoders.tokenizerJson(file).codec());
    }
    assertEquals(List.of(), log);
  }

  @Test
  void unknownTokenizerJsonGoesToTheLibraryWhichIsSaidOnce(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(file, Files.readString(QWEN2.path()).replace("\"NFC\"", "\"NFKC\""));
    for (int time = 0; time < 3; time++) {
      try (TextCodec library = encoders.tokenizerJson(HashedFile.read(file)).codec();
          TextCodec own = encoders.tokenizerJson(QWEN2).codec()) {
        assertInstanceOf(LibraryTokenizerJson.class, library);
        assertArrayEquals(own.encode(TEXT), library.encode(TEXT));
      }
    }
    assertEquals(
        List.of(
            "The tokenizer %s goes to the published library, which is slower, because our own encoder does not know its normalizer {\"type\":\"NFKC\"}."
                .formatted(file)),
        log);
  }

  @Test
  void unknownSentencePieceModelGoesToTheLibraryWhichIsSaidOnce(@TempDir Path folder)
      throws IOException {
    byte[] switchOff = {0x1a, 2, 5 << 3, 0}; // normalizer_spec { escape_whitespaces: false }
    byte[] model = CHATGLM2.bytes();
    byte[] changed = Arrays.copyOf(model, model.length + switchOff.length);
    System.arraycopy(switchOff, 0, changed, model.length, switchOff.length);
    Path file = Files.write(folder.resolve("tokenizer.model"), changed);
    for (int time = 0; time < 2; time++) {
      try (TextCodec library = library(file)) {
        assertInstanceOf(LibrarySentencePiece.class, library);
        assertEquals(0, library.encode("").length);
      }
    }
    assertEquals(
        List.of(
            "The tokenizer %s goes to the published library, which is slower, because our own encoder does not know its escape_whitespaces false."
                .formatted(file)),
        log);
  }

  @Test
  void threadsEncodeAtTheSameTimeWithEncodersOfTheirOwn() {
    String text = TEXT.repeat(500);
    int[] expected;
    try (TextCodec alone = encoders.tokenizerJson(QWEN2).codec()) {
      expected = alone.encode(text);
    }
    Stream<int[]> all =
        IntStream.range(0, 64)
            .parallel()
            .mapToObj(
                n -> {
                  try (TextCodec one = encoders.tokenizerJson(QWEN2).codec()) {
                    return one.encode(text);
                  }
                });
    all.forEach(ids -> assertArrayEquals(expected, ids));
  }

  @Test
  void anEncoderServesOneBorrowerAtATime() throws Exception {
    SharedTokenizers<String> shared = new SharedTokenizers<>(bytes -> "", file -> new NoCodec());
    HashedFile file = file(1);
    TextCodec used;
    try (Loan first = shared.of(file).borrow();
        Loan second = shared.of(file).borrow()) {
      assertNotSame(first.encoder(), second.encoder());
      used = second.encoder();
      second.close(); // and once more when the block ends
      try (Loan third = shared.of(file).borrow();
          Loan fourth = shared.of(file).borrow();
          Loan other = shared.of(file(2)).borrow()) {
        assertSame(used, third.encoder());
        assertNotSame(used, fourth.encoder());
        assertNotSame(used, other.encoder());
      }
    }
  }

  @Test
  void anEncoderThatWasGivenBackIsNotUsed() {
    TextCodec closed = encoders.tokenizerJson(QWEN2).codec();
    closed.close();
    String message =
        assertThrows(IllegalStateException.class, () -> closed.encode(TEXT)).getMessage();
    assertEquals("the encoder was given back", message);
  }

  private TextCodec library(Path path) {
    return encoders.sentencePiece(HashedFile.read(path)).codec();
  }

  @Test
  void aFileIsParsedOnceHoweverOftenItIsOpened() throws Exception {
    List<byte[]> parsed = new ArrayList<>();
    SharedTokenizers<List<byte[]>> shared =
        new SharedTokenizers<>(
            bytes -> {
              parsed.add(bytes);
              return parsed;
            },
            file -> {
              throw new UnsupportedTokenizer("part");
            });
    for (int time = 0; time < 3; time++) {
      Shelf<List<byte[]>> shelf = shared.of(file(1));
      assertSame(parsed, shelf.file());
      assertThrows(UnsupportedTokenizer.class, shelf::borrow);
    }
    assertEquals(1, parsed.size());
  }

  private static HashedFile file(int content) {
    return new HashedFile(Path.of("any"), new byte[] {(byte) content}, "hash-" + content);
  }

  private static final class NoCodec implements TextCodec {
    @Override
    public int[] encode(String text) {
      return new int[0];
    }

    @Override
    public String decode(int[] ids) {
      return "";
    }
  }
}
