package org.sparklora.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sparklora.EachFamily;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.answer.Answering.Question;
import org.sparklora.chat.Conversation;
import org.sparklora.chat.Message;
import org.sparklora.generation.GenerationChoice;
import org.sparklora.mix.AdapterMix;
import org.sparklora.model.load.CpuOptions;
import org.sparklora.predict.ModelChoice;
import org.sparklora.predict.Predictor;
import org.sparklora.predict.Prompt;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberChoice;
import org.sparklora.tensor.NumberType;

/** On the fixtures' models. */
class TestAnswering {
  private static final int CONTEXT_OF_CHATGLM = 2048;
  private static final String FORM = "--prompt_format={prompt}";

  @EachFamily
  void theStreamEqualsWhatThePredictJobAnswers(String family) {
    List<String> texts =
        Fixtures.lines(family, "corpus.jsonl").stream()
            .limit(3)
            .map(row -> row.get("q").asText())
            .toList();
    try (Answering answering = Answerings.of(family, FORM, "--max_new_tokens=24")) {
      List<Answer> answers =
          IntStream.range(0, texts.size()).mapToObj(i -> ask(answering, texts.get(i), i)).toList();
      assertEquals(
          predicted(family, texts, answering), answers.stream().map(Answerings::text).toList());
    }
  }

  /** Of its own words, of words that it did not say, and once more. */
  @EachFamily
  void theNextTurnIsAnsweredAsIfAllWereReadAnew(String family) {
    List<Message> said = new ArrayList<>(List.of(Message.user("one two three four five")));
    try (Answering answering = Answerings.of(family, FORM, "--max_new_tokens=12")) {
      for (String next : List.of("six", "seven eight", "nine")) {
        String answer = turn(answering, said);
        assertEquals(answer, turn(answering, said));
        try (Answering anew = Answerings.of(family, FORM, "--max_new_tokens=12")) {
          assertEquals(turn(anew, said), answer);
        }
        said.add(Message.assistant(next.equals("nine") || answer.isBlank() ? "ten" : answer));
        said.add(Message.user(next));
      }
    }
  }

  private static String turn(Answering answering, List<Message> said) {
    return Answerings.text(answering.ask(new Question(Conversation.of(said), base(), none(), 0)));
  }

  @Test
  void rowsOfDifferentAdaptersInOneBatchAnswerAsEachAlone() {
    String[] adapters = {
      Answerings.adapter("a", "qwen2", "adapter"), Answerings.adapter("b", "qwen2", "train_final")
    };
    String[] flags = {adapters[0], adapters[1], FORM, "--max_new_tokens=16"};
    List<String> mixes = List.of("a", "b", "a=0.5,b=0.5", "a=1,a=-1", "a=-1");
    try (Answering answering = Answerings.of("qwen2", flags)) {
      List<String> alone = new ArrayList<>();
      mixes.forEach(mix -> alone.add(Answerings.text(ask(answering, "one two", mix))));
      List<Answer> together = mixes.stream().map(mix -> ask(answering, "one two", mix)).toList();
      assertEquals(alone, together.stream().map(Answerings::text).toList());
      assertNotEquals(alone.get(0), alone.get(4));
      assertEquals(
          Answerings.text(ask(answering, "one two")), alone.get(3), "a mix of nothing is the base");
    }
  }

  @Test
  void aCancelledAnswerEndsAndTheOthersGoOn() throws InterruptedException {
    try (Answering answering = Answerings.of("qwen2", FORM, "--max_new_tokens=4000")) {
      Answer leaving = ask(answering, "one");
      while (leaving.newTokens() == 0) {
        leaving.next(Duration.ofMillis(20));
      }
      Answer staying = answering.ask(question(answering, "two", "", List.of("--max_new_tokens=8")));
      leaving.cancel();
      Answerings.pieces(leaving);
      assertEquals(FinishReason.CANCELLED, leaving.finish());
      assertTrue(leaving.newTokens() < 4000, () -> leaving.newTokens() + " tokens");
      leaving.close();
      assertTrue(!Answerings.text(staying).isEmpty());
      assertEquals(FinishReason.LENGTH, staying.finish());
    }
  }

  @Test
  void theNewestQuestionsWaitAndThoseBeyondTheLimitAreRefused() {
    try (Answering answering =
        Answerings.of("qwen2", 1, FORM, "--max_new_tokens=3000", "--batch_size=1")) {
      List<Answer> answers = new ArrayList<>();
      BusyRefusal refusal =
          assertThrows(
              BusyRefusal.class,
              () -> IntStream.range(0, 5).forEach(i -> answers.add(ask(answering, "one"))));
      assertEquals("Too many questions wait: 1 (expected at most 1).", refusal.getMessage());
      answers.forEach(Answer::close);
    }
  }

  @Test
  void wholeOldestRoundsGoWhereThereIsNoRoom() {
    try (Answering answering = Answerings.of("chatglm", "--max_new_tokens=8")) {
      List<Message> messages = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        messages.add(Message.user("one two three four five six " + i));
        messages.add(Message.assistant("seven eight nine ten eleven"));
      }
      messages.add(Message.user("last"));
      Answer answer = answering.ask(new Question(Conversation.of(messages), base(), none(), 0));
      assertTrue(answer.droppedRounds() > 0 && answer.droppedRounds() < 400);
      assertTrue(answer.promptTokens() <= CONTEXT_OF_CHATGLM - 4);
      answer.close();
      String endless = "one two three ".repeat(CONTEXT_OF_CHATGLM);
      Failure failure = assertThrows(Failure.class, () -> ask(answering, endless));
      assertTrue(
          failure
              .getMessage()
              .matches(
                  "Cannot answer, the question has no room beside its answer: \\d+ tokens \\(expected at most \\d+ for this model\\). Shorten it, or ask for a shorter answer."),
          failure.getMessage());
    }
  }

  @Test
  void anAnswerAsLongAsTheContextIsRefusedWhateverIsAsked() {
    try (Answering answering = Answerings.of("chatglm", "--max_new_tokens=" + CONTEXT_OF_CHATGLM)) {
      Failure failure = assertThrows(Failure.class, () -> ask(answering, "hi"));
      assertEquals(
          "Cannot answer, an answer of that length leaves no room for a question: %d tokens (expected fewer than the %<d of this model's context). Ask for a shorter answer."
              .formatted(CONTEXT_OF_CHATGLM),
          failure.getMessage());
    }
  }

  @Test
  void aRoleThatTheFormHasNoPlaceForIsRefusedInItsWords() {
    try (Answering answering = Answerings.of("chatglm2", "--max_new_tokens=8")) {
      Conversation conversation = Conversation.of(Message.system("be"), Message.user("hi"));
      Failure failure =
          assertThrows(
              Failure.class, () -> answering.ask(new Question(conversation, base(), none(), 0)));
      assertEquals(
          "Cannot answer, the prompt form has no text for this conversation: no place for the role system in chatglm2 (expected one that it can write). Change the system text or the roles, or choose another --prompt_form.",
          failure.getMessage());
      assertEquals("chatglm2", answering.formOf(base()));
    }
  }

  @Test
  void aBaseWithoutAFormAnswersTextsAndSaysWhatIsMissingForConversations() {
    try (Answering answering = Answerings.of("llama", "--max_new_tokens=4")) {
      Failure failure = assertThrows(Failure.class, () -> ask(answering, "hi"));
      assertTrue(
          failure.getMessage().startsWith("Cannot choose a prompt form, the base has no"),
          failure.getMessage());
      assertEquals(4, tokens(answering.complete("hi", base(), none(), 0)), "a text needs no form");
    }
  }

  @Test
  void anAdapterThatDoesNotFitIsRefusedBeforeAnythingIsLoaded() {
    Failure failure =
        assertThrows(
            Failure.class,
            () -> Answerings.of("qwen2", Answerings.adapter("x", "llama", "adapter")));
    assertEquals(ExitCode.INPUT, failure.exitCode());
  }

  @Test
  void unansweredQuestionsAreAnsweredBeforeTheEnd() throws InterruptedException {
    Answering answering = Answerings.of("qwen2", FORM, "--max_new_tokens=32", "--batch_size=1");
    List<Answer> answers = List.of(ask(answering, "one"), ask(answering, "two"));
    answering.finish(Duration.ofMinutes(2));
    assertThrows(BusyRefusal.class, () -> ask(answering, "three"));
    answers.forEach(answer -> assertTrue(tokens(answer) > 0));
    answering.close();
  }

  private static int tokens(Answer answer) {
    Answerings.text(answer);
    return answer.newTokens();
  }

  private static Answer ask(Answering answering, String text) {
    return ask(answering, text, "");
  }

  private static Answer ask(Answering answering, String text, long key) {
    Conversation asked = Conversation.of(Message.user(text));
    return answering.ask(new Question(asked, base(), answering.setup().generation(), key));
  }

  private static Answer ask(Answering answering, String text, String mix) {
    return answering.ask(question(answering, text, mix, List.of()));
  }

  private static Question question(
      Answering answering, String text, String mix, List<String> flags) {
    GenerationChoice generation =
        flags.isEmpty() ? answering.setup().generation() : Answerings.generation(flags);
    return new Question(
        Conversation.of(Message.user(text)),
        mix.isEmpty() ? base() : answering.mix(mix),
        generation,
        0);
  }

  private static AdapterMix base() {
    return AdapterMix.NONE;
  }

  private static GenerationChoice none() {
    return Answerings.generation(List.of("--max_new_tokens=4"));
  }

  private static List<String> predicted(String family, List<String> texts, Answering answering) {
    ModelChoice choice =
        new ModelChoice(Fixtures.path(family, "model").toString(), "", NumberChoice.FP32, "");
    List<Prompt> prompts =
        IntStream.range(0, texts.size())
            .mapToObj(i -> new Prompt(i, texts.get(i), Optional.empty()))
            .toList();
    try (Predictor predictor =
        Predictor.open(
            Store.local(),
            choice,
            Fixtures.path(family, "model"),
            CpuOptions.of(NumberType.FP32, 1))) {
      return predictor
          .predict(prompts, answering.resolved(answering.setup().generation()).settings())
          .stream()
          .map(prediction -> prediction.text())
          .toList();
    }
  }
}
