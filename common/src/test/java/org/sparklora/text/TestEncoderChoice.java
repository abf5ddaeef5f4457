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
import org.sparklora.text.SharedEncoders.Loan;

/** Which encoder a tokenizer file gets, and what encoders share. */
class TestEncoderChoice {
  private static final HashedFile QWEN2 =
      HashedFile.read(Fixtures.path("qwen2", "model/tokenizer.json"));
  private static final HashedFile CHATGLM2 =
      HashedFile.read(Fixtures.path("chatglm2", "model/tokenizer.model"));
  private static final String TEXT = "It\u2019s 42 \u6c49\u5b57, na\u00efve\n";

  private final List<String> log = new ArrayList<>();
  private final EncoderChoice encoders = new EncoderChoice(log::add);

  @Test
  void knownTokenizersGetOurOwnEncoderSilently() {
    assertInstanceOf(OwnTokenizerJson.class, encoders.tokenizerJson(QWEN2));
    assertInstanceOf(
        OwnSentencePiece.class, encoders.sentencePiece(CHATGLM2, SentencePieceTable.of(CHATGLM2)));
    assertEquals(List.of(), log);
  }

  @Test
  void unknownTokenizerJsonGoesToTheLibraryWhichIsSaidOnce(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(file, Files.readString(QWEN2.path()).replace("\"NFC\"", "\"NFKC\""));
    for (int time = 0; time < 3; time++) {
      try (TextCodec library = encoders.tokenizerJson(HashedFile.read(file));
          TextCodec own = encoders.tokenizerJson(QWEN2)) {
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
    try (TextCodec alone = encoders.tokenizerJson(QWEN2)) {
      expected = alone.encode(text);
    }
    Stream<int[]> all =
        IntStream.range(0, 64)
            .parallel()
            .mapToObj(
                n -> {
                  try (TextCodec one = encoders.tokenizerJson(QWEN2)) {
                    return one.encode(text);
                  }
                });
    all.forEach(ids -> assertArrayEquals(expected, ids));
  }

  @Test
  void anEncoderServesOneBorrowerAtATime() throws Exception {
    SharedEncoders<Object> shared = new SharedEncoders<>(file -> new Object(), one -> new Object());
    HashedFile file = file(1);
    Object used;
    try (Loan<Object> first = shared.borrow(file);
        Loan<Object> second = shared.borrow(file)) {
      assertNotSame(first.encoder(), second.encoder());
      used = second.encoder();
      second.close(); // and once more when the block ends
      try (Loan<Object> third = shared.borrow(file);
          Loan<Object> fourth = shared.borrow(file);
          Loan<Object> other = shared.borrow(file(2))) {
        assertSame(used, third.encoder());
        assertNotSame(used, fourth.encoder());
        assertNotSame(used, other.encoder());
      }
    }
  }

  @Test
  void anEncoderThatWasGivenBackIsNotUsed() {
    TextCodec closed = encoders.tokenizerJson(QWEN2);
    closed.close();
    String message =
        assertThrows(IllegalStateException.class, () -> closed.encode(TEXT)).getMessage();
    assertEquals("the encoder was given back", message);
  }

  private TextCodec library(Path path) {
    HashedFile file = HashedFile.read(path);
    return encoders.sentencePiece(file, SentencePieceTable.of(file));
  }

  private static HashedFile file(int content) {
    return new HashedFile(Path.of("any"), new byte[] {(byte) content}, "hash-" + content);
  }
}
