package org.sparklora.text.sentencepiece;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sparklora.Fixtures;

/** Decoding where a model's answer is no clean text: cut characters, blanks at the start. */
class TestSentencePieceDecoding {
  @Test
  void bytesOfACharacterBecomeIt() throws IOException {
    assertEquals(
        "\u00e9\ud83d\ude00", decode("<0xC3>", "<0xA9>", "<0xF0>", "<0x9F>", "<0x98>", "<0x80>"));
  }

  @Test
  void everyByteThatIsNoCharacterBecomesAReplacement() throws IOException {
    assertEquals("\ufffd\ufffd\ufffda", decode("<0xF0>", "<0x9F>", "<0x98>", "a"));
    assertEquals("\ufffdA\ufffd", decode("<0x80>", "<0x41>", "<0xC3>"));
  }

  @Test
  void onlyTheFirstBlankOfATextIsTheDummyPrefix() throws IOException {
    assertEquals(" a", decode("\u2581", "\u2581", "a"));
    assertEquals("a a", decode("\u2581", "a", "\u2581", "a"));
    assertEquals("", decode());
  }

  @Test
  void controlPiecesGiveNothing() throws IOException {
    assertEquals("a", decode("<s>", "\u2581", "a", "</s>", "<unk>"));
  }

  private static String decode(String... pieces) throws IOException {
    SentencePieceFile file =
        SentencePieceFile.read(
            Files.readAllBytes(Fixtures.path("chatglm2", "model/tokenizer.model")));
    return file.decode(Stream.of(pieces).mapToInt(p -> file.id(p).orElseThrow()).toArray());
  }
}
