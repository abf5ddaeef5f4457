package org.sparklora.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.sparklora.Fixtures.ints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.sparklora.Fixtures;

/** ChatGLM3's codec against {@code fixtures/chatglm3/}, which the published tokenizer made. */
class TestChatGlm3 {
  private static final List<String> ROLES =
      List.of("<|system|>", "<|user|>", "<|assistant|>", "<|observation|>");

  @Test
  void encodesAndDecodesAsPublished() {
    try (TokenCodec codec = codec()) {
      for (JsonNode row : Fixtures.lines("chatglm3", "tokens.jsonl")) {
        String text = row.get("text").asText();
        assertArrayEquals(ints(row.get("ids_special")), codec.encodePrompt(text), text);
        assertArrayEquals(ints(row.get("ids")), codec.encodeTarget(text), text);
        assertEquals(row.get("decoded").asText(), codec.decode(ints(row.get("ids"))), text);
      }
    }
  }

  @Test
  void roleTokensCountInRenderedTextsOnly() {
    try (TokenCodec codec = codec()) {
      for (JsonNode row : Fixtures.lines("chatglm3", "tokens.roles.jsonl")) {
        String text = row.get("text").asText();
        assertArrayEquals(ints(row.get("ids")), codec.encodeRendered(text), text);
      }
      int user = codec.specialToken("<|user|>").getAsInt();
      assertArrayEquals(new int[] {user}, codec.encodeRendered("<|user|>"));
      assertEquals(0, Arrays.stream(codec.encodeTarget("<|user|>")).filter(i -> i == user).count());
    }
  }

  @Test
  void specialTokensFollowThePieces() {
    try (TokenCodec codec = codec()) {
      int[] frame = codec.encodePrompt("");
      assertEquals(OptionalInt.of(frame[0]), codec.specialToken("[gMASK]"));
      assertEquals(OptionalInt.of(frame[1]), codec.specialToken("sop"));
      for (int i = 0; i < ROLES.size(); i++) {
        assertEquals(OptionalInt.of(frame[1] + 2 + i), codec.specialToken(ROLES.get(i)));
      }
      assertEquals(OptionalInt.empty(), codec.specialToken("<|tool|>"));
      assertEquals("", codec.decode(new int[] {frame[0], frame[1], frame[1] + 3}));
    }
  }

  private static TokenCodec codec() {
    JsonNode config = new ObjectMapper().createObjectNode().put("eos_token_id", 2);
    return new ChatGlm3(new EncoderChoice(new Notes(note -> {})))
        .open(new TokenizerFolder(Fixtures.path("chatglm3", "model")), config);
  }
}
