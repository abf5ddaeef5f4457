package org.sparklora.prompt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.chat.Conversation;
import org.sparklora.chat.Message;
import org.sparklora.text.TokenCodec;

/** Rows and label spans of templates against transformers and its assistant masks. */
class TestTemplateRows {
  private static final List<String> FILES =
      List.of(
          "pair",
          "alpaca",
          "messages",
          "messages_array",
          "sharegpt",
          "prompt_completion",
          "renamed_alpaca",
          "renamed_sharegpt");

  private static final Map<String, JsonNode> ROWS = new HashMap<>();

  static {
    for (String file : FILES) {
      JsonNode rows = PromptGoldens.json("rows/" + file + ".json");
      for (JsonNode row : rows.path("rows")) {
        ROWS.put(rows.path("file").asText() + ":" + row.path("line").asInt(), row);
      }
    }
  }

  private static TemplateForm form(String template, String family) {
    ModelTemplates model =
        new ModelTemplates(
            Map.of("default", PromptGoldens.text("templates/" + template + ".jinja")),
            family.equals("llama") ? Map.of("bos_token", "<|begin_of_text|>") : Map.of(),
            ModelTemplatesOfFixtures.special(family));
    return model.form();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chatml_generation",
        "chatml_reason",
        "chatml_short",
        "chatml_strict",
        "header_plain"
      })
  void rowsAndSpansAreTheExpectedOnes(String template) {
    JsonNode golden = PromptGoldens.json("ids/" + template + ".json");
    String family = golden.path("tokenizer").asText();
    TemplateForm form = form(template, family);
    Map<String, Integer> problems = new LinkedHashMap<>();
    try (TokenCodec codec = PromptGoldens.codec(family)) {
      for (JsonNode one : golden.path("rows")) {
        check(one, form, new SegmentEncoder(codec), problems);
      }
    }
    problems.forEach(
        (name, count) ->
            assertEquals(golden.path("problems").path(name).asInt(), count, template + name));
    assertTrue(golden.path("rows").size() > 60);
  }

  private static void check(
      JsonNode one, TemplateForm form, SegmentEncoder encoder, Map<String, Integer> problems) {
    JsonNode row = ROWS.get(one.path("file").asText() + ":" + one.path("line").asInt());
    Conversation chat = PromptGoldens.conversation(row);
    List<Integer> learned = PromptGoldens.stream(row.path("learned")).map(JsonNode::asInt).toList();
    if (one.has("bad")) {
      assertThrows(PromptRefusal.class, () -> form.rows(chat, learned, TrainOn.ALL));
      problems.merge("template_error", 1, Integer::sum);
      return;
    }
    TrainingRows rows = form.rows(chat, learned, TrainOn.ALL);
    assertEquals(one.path("prefix_property").asBoolean(), rows.shared(), one.toString());
    problems.merge("not_one_row", rows.shared() ? 0 : 1, Integer::sum);
    problems.merge("generation_prompt_differs", rows.otherPrompts(), Integer::sum);
    problems.merge("no_prefix", rows.withoutPrefix(), Integer::sum);
    if (rows.shared()) {
      EncodedRow encoded = encoder.encode(rows.rows().get(0));
      assertArrayEquals(
          PromptGoldens.numbers(one.path("one_row").path("input_ids")), encoded.ids());
      assertEquals(JsonValues.list(one.path("one_row").path("spans")), spans(encoded), "" + one);
    } else {
      perTurn(one, rows, encoder);
    }
  }

  private static void perTurn(JsonNode one, TrainingRows rows, SegmentEncoder encoder) {
    int next = 0;
    for (JsonNode turn : one.path("per_turn")) {
      if (turn.has("bad")) {
        continue;
      }
      EncodedRow encoded = encoder.encode(rows.rows().get(next++));
      JsonNode ids =
          turn.path("same_ids_as_one_row").asBoolean()
              ? one.path("one_row").path("input_ids")
              : turn.path("input_ids");
      assertArrayEquals(PromptGoldens.numbers(ids), encoded.ids(), one.toString());
      assertEquals(List.of(JsonValues.of(turn.path("span"))), spans(encoded), one.toString());
      assertEquals(turn.path("turn").asInt(), encoded.labels().get(0).turn());
    }
    assertEquals(rows.rows().size(), next);
  }

  private static List<Object> spans(EncodedRow row) {
    List<Object> spans = new ArrayList<>();
    row.labels().forEach(l -> spans.add(List.of((long) l.start(), (long) l.end())));
    return spans;
  }

  private static final Conversation TWO =
      Conversation.of(
          Message.user("Q1"), Message.assistant("A1"), Message.user("Q2"), Message.assistant("A2"));

  @Test
  void theLastTurnAloneIsLearnedInTheSameRow() {
    TemplateForm form = form("chatml_generation", "qwen2");
    TrainingRow all = form.rows(TWO, List.of(1, 3), TrainOn.ALL).rows().get(0);
    TrainingRow last = form.rows(TWO, List.of(1, 3), TrainOn.LAST).rows().get(0);
    assertEquals(all.segments(), last.segments());
    assertEquals(all.labels().subList(1, 2), last.labels());
  }

  @Test
  void labelsEndWithTheEndTokenAndNotWithTheBlanksBehindIt() {
    TrainingRow row =
        form("chatml_reason", "qwen2").rows(TWO, List.of(1, 3), TrainOn.ALL).rows().get(0);
    String text = ((Segment.Rendered) row.segments().get(0)).text();
    LabelSpan label = row.labels().get(0);
    assertEquals(
        "A1<|im_end|>", text.substring(label.start().character(), label.end().character()));
  }

  @Test
  void aConversationThatTheTemplateRefusesIsRefusedWithoutItsText() {
    Conversation twice = Conversation.of(Message.system("secret"), Message.user("u"));
    PromptRefusal refusal =
        assertThrows(PromptRefusal.class, () -> form("chatml_strict", "qwen2").prompt(twice));
    assertEquals("raised in line 1 of the chat template", refusal.summary());
    assertFalse(refusal.summary().contains("secret"));
  }

  @Test
  void theTokenBehindAnAnswerEndsATurn() {
    assertEquals(List.of("<|im_end|>"), form("chatml_reason", "qwen2").turnEnds());
    assertEquals(List.of("<|end_of_text|>"), form("header_plain", "llama").turnEnds());
    assertEquals(1, form("chatml_strict", "qwen2").turnEnds().size());
  }

  /** What many tools get wrong: the text has one, and the tokenizer adds another. */
  @Test
  void aRenderedPromptHasExactlyOneBeginOfText() {
    try (TokenCodec codec = PromptGoldens.codec("llama")) {
      int[] ids =
          new SegmentEncoder(codec)
              .ids(form("header_plain", "llama").prompt(Conversation.of(Message.user("u"))));
      int begin = codec.encodeRendered("<|begin_of_text|>")[0];
      assertEquals(begin, ids[0]);
      assertEquals(1, Arrays.stream(ids).filter(id -> id == begin).count());
    }
  }

  @Test
  void nothingLearnedIsNoRow() {
    assertEquals(List.of(), form("chatml_short", "qwen2").rows(TWO, List.of(), TrainOn.ALL).rows());
  }
}
