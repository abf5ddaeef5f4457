package org.sparklora.prompt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.text.TokenCodec;

/** Where the tokens of a text stand in it, told by what they stand for. */
class TestSpelledText {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @CsvSource({
    "qwen2, <|im_end|>",
    "llama32, <|eot_id|>",
    "glm, <|user|>",
    "llama, </s>",
    "mistral, </s>",
    "phi3, <|end|>",
    "gemma3_text, <end_of_turn>",
    "baichuan, </s>",
    "chatglm2, ''",
  })
  void aPlaceWhoseTextBeforeEncodesToTheSameTokensIsBehindThem(String family, String end)
      throws IOException {
    Random random = new Random(7);
    int places = 0;
    try (TokenCodec codec = PromptGoldens.codec(family)) {
      for (String text : chats(family, end)) {
        int[] ids = codec.encodeRendered(text);
        SpelledText tokens = SpelledText.of(text, ids, codec.spellings()).orElseThrow();
        for (int n = 0; n < 20; n++) {
          int characters = text.codePointCount(0, text.length());
          int place = text.offsetByCodePoints(0, 1 + random.nextInt(characters - 1));
          int[] before = codec.encodeRendered(text.substring(0, place));
          if (Arrays.mismatch(before, ids) == before.length) {
            places++;
            String parted = text.substring(0, place) + "¦" + text.substring(place);
            assertEquals(before.length, tokens.tokensBefore(place, false), parted);
            assertEquals(before.length, tokens.tokensBefore(place, true), parted);
          }
        }
      }
    }
    assertTrue(places > 500, places + " places");
  }

  /** Turns as templates write them, with the family's token behind each. */
  private static List<String> chats(String family, String end) throws IOException {
    List<String> turns = new ArrayList<>();
    for (String line :
        Files.readAllLines(Path.of("src/test/resources/fixtures", family, "corpus.jsonl"))) {
      JSON.readTree(line)
          .fields()
          .forEachRemaining(
              field -> turns.add("<%s>\n%s".formatted(field.getKey(), field.getValue().asText())));
    }
    List<String> chats = new ArrayList<>();
    for (int i = 0; i + 4 <= turns.size(); i += 4) {
      chats.add(String.join(end + "\n", turns.subList(i, i + 4)));
    }
    return chats;
  }

  /** {@code ¦} is the place; the tokens are parted by {@code ·}. */
  @ParameterizedTest
  @CsvSource({
    // a token that reaches over the place
    "mistral, 'write ¦code', ' w·r·it·e· co·d·e', 4, 5",
    // two tokens of one character, and a place before it
    "chatglm2, 'a¦𠮷b', ' a·?·?·?·?·b', 1, 1",
    "chatglm2, 'a𠮷¦b', ' a·?·?·?·?·b', 5, 5",
    // the blank before a text belongs to its first word, also where it stands alone
    "mistral, '请¦问</s>', ' ·请·问·</s>', 2, 2",
    // whitespace that a token takes in
    "phi3, '<|end|>¦\n<a>', '<|end|>· ·<·a·>', 1, 1",
    "phi3, '<|end|>\n¦<a>', '<|end|>· ·<·a·>', 1, 1",
    "phi3, '<|end|>\n<¦a>', '<|end|>· ·<·a·>', 3, 3",
  })
  void labelsBeginAndEndWithTheTokensThatReachIn(
      String family, String parted, String tokens, int start, int end) {
    String text = parted.replace("¦", "");
    try (TokenCodec codec = PromptGoldens.codec(family)) {
      int[] ids = codec.encodeRendered(text);
      List<String> spelled = new ArrayList<>();
      for (int id : ids) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        codec.spellings().append(id, bytes);
        spelled.add(bytes.toString(StandardCharsets.UTF_8).replace("\ufffd", "?"));
      }
      assertEquals(tokens, String.join("·", spelled));
      SpelledText found = SpelledText.of(text, ids, codec.spellings()).orElseThrow();
      assertEquals(start, found.tokensBefore(parted.indexOf("¦"), false));
      assertEquals(end, found.tokensBefore(parted.indexOf("¦"), true));
      assertEquals(start, found.tokensBefore(parted.indexOf("¦"), false), "asked again");
    }
  }

  /** Qwen's normalizer composes; ChatGLM-6B has other pieces for line breaks. */
  @Test
  void aTextThatWasNormalizedIsNotSpelled() {
    try (TokenCodec qwen = PromptGoldens.codec("qwen2");
        TokenCodec chatglm = PromptGoldens.codec("chatglm")) {
      assertTrue(
          SpelledText.of("caf\u00e9", qwen.encodeRendered("caf\u00e9"), qwen.spellings())
              .isPresent());
      assertTrue(
          SpelledText.of("cafe\u0301", qwen.encodeRendered("cafe\u0301"), qwen.spellings())
              .isEmpty());
      assertTrue(
          SpelledText.of("a\nb", chatglm.encodeRendered("a\nb"), chatglm.spellings()).isEmpty());
    }
  }

  @Test
  void labelsOfATextThatWasNormalizedAreFoundByEncodingWhatLiesBefore() {
    String text = "<q>\ncafe\u0301<|im_end|>\n<a>\nyes<|im_end|>\n";
    int from = text.indexOf("yes");
    int to = text.lastIndexOf("\n");
    TrainingRow row =
        new TrainingRow(
            List.of(new Segment.Rendered(text)),
            List.of(new LabelSpan(1, new Place(0, from), new Place(0, to))));
    try (TokenCodec codec = PromptGoldens.codec("qwen2")) {
      EncodedRow encoded = new SegmentEncoder(codec).encode(row);
      EncodedRow.Label label = encoded.labels().get(0);
      assertEquals(codec.encodeRendered(text.substring(0, from)).length, label.start());
      assertEquals(codec.encodeRendered(text.substring(0, to)).length, label.end());
      assertEquals(encoded.ids().length - 1, label.end());
    }
  }
}
