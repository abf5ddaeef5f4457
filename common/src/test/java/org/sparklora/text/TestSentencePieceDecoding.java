package org.sparklora.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sparklora.Fixtures;

/** Decoding where a model's answer is no clean text: cut characters, blanks at the start. */
class TestSentencePieceDecoding {
  @Test
  void bytesOfACharacterBecomeIt() {
    assertEquals(
        "\u00e9\ud83d\ude00", decode("<0xC3>", "<0xA9>", "<0xF0>", "<0x9F>", "<0x98>", "<0x80>"));
  }

  @Test
  void everyByteThatIsNoCharacterBecomesAReplacement() {
    assertEquals("\ufffd\ufffd\ufffda", decode("<0xF0>", "<0x9F>", "<0x98>", "a"));
    assertEquals("\ufffdA\ufffd", decode("<0x80>", "<0x41>", "<0xC3>"));
  }

  @Test
  void onlyTheFirstBlankOfATextIsTheDummyPrefix() {
    assertEquals(" a", decode("\u2581", "\u2581", "a"));
    assertEquals("a a", decode("\u2581", "a", "\u2581", "a"));
    assertEquals("", decode());
  }

  @Test
  void controlPiecesGiveNothing() {
    assertEquals("a", decode("<s>", "\u2581", "a", "</s>", "<unk>"));
  }

  private static String decode(String... pieces) {
    SentencePieceTable table =
        SentencePieceTable.of(HashedFile.read(Fixtures.path("chatglm2", "model/tokenizer.model")));
    int[] ids = Stream.of(pieces).mapToInt(p -> table.id(p).orElseThrow()).toArray();
    return new SentencePieceDecoding(table).decode(ids);
  }
}
