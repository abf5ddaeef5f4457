package org.sparklora.prompt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.Failure;
import org.sparklora.chat.Conversation;
import org.sparklora.chat.Message;
import org.sparklora.text.TokenCodec;

/** The built-in forms against the published code. */
class TestPromptForms {
  @ParameterizedTest
  @CsvSource({
    "chatglm,chatglm",
    "chatglm2,chatglm2",
    "baichuan,baichuan",
    "baichuan2,baichuan",
    "chatglm3,chatglm3"
  })
  void promptsAndTheirIdsAreThePublishedOnes(String name, String family) {
    PromptForm form = PromptForms.named(name);
    try (TokenCodec codec = PromptGoldens.codec(family)) {
      SegmentEncoder encoder = new SegmentEncoder(codec);
      PromptGoldens.cases("forms/" + name + ".json")
          .forEach(
              one -> {
                List<Segment> segments = form.prompt(PromptGoldens.conversation(one));
                assertEquals(expected(one), segments, one.toString());
                assertArrayEquals(
                    PromptGoldens.numbers(one.path("ids")), encoder.ids(segments), one.toString());
              });
    }
  }

  private static List<Segment> expected(JsonNode one) {
    if (one.has("text")) {
      return List.of(new Segment.Framed(one.path("text").asText()));
    }
    List<Segment> segments = new ArrayList<>();
    for (JsonNode segment : one.path("segments")) {
      segments.add(
          segment.has("text")
              ? new Segment.Plain(segment.path("text").asText())
              : segment.has("token")
                  ? new Segment.Token(segment.path("token").asText())
                  : new Segment.TokenId(segment.path("token_id").asInt()));
    }
    return segments;
  }

  @Test
  void aFreeFormReplacesEveryPlaceAndNothingElse() {
    PromptGoldens.cases("forms/free.json")
        .forEach(
            one ->
                assertEquals(
                    expected(one),
                    PromptForms.free(one.path("prompt_format").asText())
                        .prompt(PromptGoldens.conversation(one))));
  }

  @ParameterizedTest
  @CsvSource({"chatglm,chatglm", "chatglm2,chatglm2", "baichuan2,baichuan", "chatglm3,chatglm3"})
  void theFewestOldestRoundsGoUntilThePromptFits(String name, String family) {
    PromptForm form = PromptForms.named(name);
    try (TokenCodec codec = PromptGoldens.codec(family)) {
      SegmentEncoder encoder = new SegmentEncoder(codec);
      ToIntFunction<Conversation> size = chat -> encoder.ids(form.prompt(chat)).length;
      PromptGoldens.cases("forms/cuts.json")
          .filter(one -> one.path("form").asText().equals(name))
          .forEach(
              one -> {
                RoundCut cut =
                    RoundCut.fit(PromptGoldens.conversation(one), size, one.path("budget").asInt());
                assertEquals(one.path("dropped_rounds").asInt(), cut.droppedRounds());
                assertEquals(expected(one), form.prompt(cut.conversation()));
              });
    }
  }

  @Test
  void theNewestRoundAndTheSystemTextStayEvenIfTheyDoNotFit() {
    Conversation chat =
        Conversation.of(
            Message.system("s"),
            Message.user("1"),
            Message.assistant("2"),
            Message.user("3"),
            Message.assistant("4"));
    RoundCut cut = RoundCut.fit(chat, Conversation::size, 2);
    assertEquals(List.of(0, 3, 4), cut.kept());
    assertEquals(1, cut.droppedRounds());
    assertFalse(cut.fits());
  }

  @Test
  void answersAreShownAsThePublishedCodeShowsThem() {
    PromptGoldens.cases("forms/answers.json")
        .forEach(
            one ->
                assertEquals(
                    one.path("answer").asText(),
                    PromptForms.named(one.path("form").asText()).shown(one.path("raw").asText()),
                    one.toString()));
    assertEquals(" x ", PromptForms.named("baichuan").shown(" x "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"chatglm", "chatglm2", "chatglm3", "baichuan", "baichuan2"})
  void eachAnswerHasARowOfItsOwnThatBeginsWithItsPromptAndEndsWithTheEndToken(String name) {
    PromptForm form = PromptForms.named(name);
    Conversation chat =
        Conversation.of(
            Message.user("a"), Message.assistant("b"), Message.user("c"), Message.assistant("d"));
    TrainingRows rows = form.rows(chat, List.of(1, 3), TrainOn.ALL);
    assertFalse(rows.shared());
    assertEquals(2, rows.rows().size());
    for (TrainingRow row : rows.rows()) {
      LabelSpan label = row.labels().get(0);
      List<Segment> prompt = form.prompt(chat.until(label.turn()));
      assertEquals(prompt, row.segments().subList(0, prompt.size()));
      assertEquals(new Place(prompt.size(), 0), label.start());
      assertEquals(new Place(row.segments().size(), 0), label.end());
      assertEquals(new Segment.End(), row.segments().get(row.segments().size() - 1));
      assertEquals(
          new Segment.Plain(label.turn() == 1 ? "b" : "d"),
          row.segments().get(row.segments().size() - 2));
    }
    assertEquals(List.of(rows.rows().get(1)), form.rows(chat, List.of(1, 3), TrainOn.LAST).rows());
  }

  @Test
  void labelsOfAnAnswerAreItsIdsAndTheEndToken() {
    Conversation chat = Conversation.of(Message.user("你好"), Message.assistant("好的"));
    try (TokenCodec codec = PromptGoldens.codec("chatglm")) {
      PromptForm form = PromptForms.named("chatglm");
      EncodedRow row =
          new SegmentEncoder(codec).encode(form.rows(chat, List.of(1), TrainOn.ALL).rows().get(0));
      int prompt = codec.encodePrompt("你好").length;
      assertEquals(List.of(new EncodedRow.Label(1, prompt, row.ids().length)), row.labels());
      assertEquals(codec.endOfSequence(), row.ids()[row.ids().length - 1]);
      assertEquals(prompt + codec.encodeTarget("好的").length + 1, row.ids().length);
    }
  }

  @Test
  void aRoleWithoutAPlaceIsRefusedByName() {
    Conversation system = Conversation.of(Message.system("s"), Message.user("u"));
    PromptRefusal refusal =
        assertThrows(PromptRefusal.class, () -> PromptForms.named("chatglm2").prompt(system));
    assertEquals(
        "Cannot write the conversation, the prompt form chatglm2 has no place for a role: system (expected user and assistant in turn). Remove it, or choose another --prompt_form.",
        refusal.getMessage());
    assertEquals("no place for the role system in chatglm2", refusal.summary());
    Conversation later = Conversation.of(Message.user("u"), Message.system("s"));
    assertThrows(PromptRefusal.class, () -> PromptForms.named("baichuan2").prompt(later));
    Conversation foreign = Conversation.of(new Message("critic", "c"));
    assertThrows(PromptRefusal.class, () -> PromptForms.named("chatglm3").prompt(foreign));
  }

  @Test
  void unknownNamesAndFormatsWithoutAPlaceAreRefused() {
    assertEquals(
        "Cannot use the prompt form, --prompt_form names none: glm (expected one of chatglm, chatglm2, chatglm3, baichuan, baichuan2). Choose one of them, or give --prompt_format.",
        assertThrows(Failure.class, () -> PromptForms.named("glm")).getMessage());
    assertEquals(
        "Cannot use the prompt form, --prompt_format has no place for the question: Q: {x} (expected a text with {prompt}, such as 问：{prompt}答：). Put {prompt} into it.",
        assertThrows(Failure.class, () -> PromptForms.free("Q: {x}")).getMessage());
  }

  @Test
  void aTokenizerWithoutTheFormsTokensIsRefused() {
    try (TokenCodec codec = PromptGoldens.codec("llama")) {
      List<Segment> prompt =
          PromptForms.named("chatglm3").prompt(Conversation.of(Message.user("u")));
      Failure failure = assertThrows(Failure.class, () -> new SegmentEncoder(codec).ids(prompt));
      assertEquals(
          "Cannot encode the prompt, the tokenizer has no such special token: [gMASK] (expected one that the prompt form names). Choose another --prompt_form, or the base that belongs to this one.",
          failure.getMessage());
    }
  }

  @Test
  void builtInFormsEndTurnsWithTheModelsEndOfText() {
    assertEquals(List.of(), PromptForms.named("chatglm2").turnEnds());
    assertEquals(List.of("<|user|>", "<|observation|>"), PromptForms.named("chatglm3").turnEnds());
  }
}
