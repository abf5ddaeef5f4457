package org.sparklora.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Vocabulary;
import org.sparklora.generation.GenerationSettings;
import org.sparklora.generation.Stops;

class TestPredictor {
  private static final Vocabulary ALL = new Vocabulary(FakeModel.VOCABULARY);
  private static final GenerationSettings GREEDY = new GenerationSettings(5, 0, 1, 42, 4, 4);
  private static final GenerationSettings LONG = new GenerationSettings(40, 0, 1, 42, 4, 4);
  private static final List<String> LETTERS =
      IntStream.range(0, 26).mapToObj(i -> "" + (char) ('a' + i)).toList();

  @Test
  void answersInTheOrderOfThePrompts() {
    List<String> texts = List.of("abcdef", "a", "xyz", "abcdef", "b");
    List<Prediction> predictions = predictor(1, 100).predict(prompts(texts), GREEDY);
    assertEquals(texts, predictions.stream().map(a -> a.prompt().text()).toList());
    assertEquals(predictions.get(0).text(), predictions.get(3).text());
    for (int i = 0; i < texts.size(); i++) {
      Prediction alone = predictor(1, 100).predict(prompts(List.of(texts.get(i))), GREEDY).get(0);
      assertEquals(alone.text(), predictions.get(i).text());
    }
  }

  @Test
  void leavesTheEndTokenOutOfTheText() {
    List<Prediction> predictions =
        predictor(1, 100)
            .predict(
                prompts(IntStream.range(0, 26).mapToObj(i -> "" + (char) ('a' + i)).toList()),
                new GenerationSettings(60, 0, 1, 42, 4, 4));
    assertTrue(predictions.stream().anyMatch(a -> a.newTokens() < 60), "some rows have to end");
    for (Prediction prediction : predictions) {
      int shown = prediction.text().split("<").length - 1;
      assertEquals(prediction.newTokens() - (prediction.newTokens() < 60 ? 1 : 0), shown);
      assertFalse(prediction.text().contains("<3>"));
    }
  }

  @Test
  void aStopTextCutsExactlyAlsoWhereItSpansTokens() {
    List<Prompt> prompts = prompts(LETTERS);
    List<Prediction> whole = predictor(1, 100).predict(prompts, LONG);
    String longest = longest(whole);
    int border = longest.indexOf("><", longest.length() / 2);
    String stop = longest.substring(border - 1, border + 3); // one token's end, the next one's head
    for (int lookup : new int[] {0, 6}) {
      GenerationSettings settings =
          new GenerationSettings(40, 0, 1, 42, 4, lookup)
              .with(new Stops(List.of(), List.of("no such text", stop)));
      List<Prediction> cut = predictor(1, 100).predict(prompts, settings);
      for (int i = 0; i < cut.size(); i++) {
        String text = whole.get(i).text();
        int end = text.indexOf(stop);
        assertEquals(end < 0 ? text : text.substring(0, end), cut.get(i).text());
        // it ends with the token in which the stop text is whole
        int tokens = end < 0 ? whole.get(i).newTokens() : tokens(text.substring(0, end)) + 1;
        assertEquals(tokens, cut.get(i).newTokens());
      }
    }
  }

  @Test
  void anyOfSeveralEndTokensEndsAnAnswer() {
    List<Prompt> prompts = prompts(LETTERS);
    List<Prediction> whole = predictor(1, 100).predict(prompts, LONG);
    String longest = longest(whole);
    String shown = longest.substring(longest.lastIndexOf("<"));
    int id = Integer.parseInt(shown.substring(1, shown.length() - 1));
    List<Prediction> ended = predictor(1, 100).predict(prompts, LONG.endingAt(id));
    for (int i = 0; i < ended.size(); i++) {
      String text = whole.get(i).text();
      int end = text.indexOf(shown);
      assertEquals(end < 0 ? text : text.substring(0, end + shown.length()), ended.get(i).text());
    }
  }

  private static String longest(List<Prediction> predictions) {
    return predictions.stream()
        .map(Prediction::text)
        .max(Comparator.comparing(TestPredictor::tokens))
        .orElseThrow();
  }

  /** Of a text that may end within one. */
  private static int tokens(String text) {
    return text.split("<", -1).length - 1;
  }

  @Test
  void cutsAPromptThatIsTooLongAtItsEnd() {
    List<Prediction> predictions =
        predictor(1, 10).predict(prompts(List.of("abcdefgh", "abcd")), GREEDY);
    assertTrue(predictions.get(0).promptCut());
    assertFalse(predictions.get(1).promptCut());
    assertEquals(predictions.get(1).text(), predictions.get(0).text());
  }

  @Test
  void answersAPromptWithoutTokensWithNothing() {
    List<Prediction> predictions = predictor(0, 100).predict(prompts(List.of("", "a", "")), GREEDY);
    assertEquals("", predictions.get(0).text());
    assertEquals(0, predictions.get(0).newTokens());
    assertTrue(predictions.get(1).newTokens() > 0);
    assertEquals("", predictions.get(2).text());
    assertTrue(
        predictor(1, 100).predict(prompts(List.of("")), GREEDY).get(0).newTokens() > 0,
        "with special tokens an empty prompt has something to continue");
  }

  @Test
  void refusesAnswersThatLeaveNoRoomForPrompts() {
    Failure failure =
        assertThrows(Failure.class, () -> predictor(2, 7).predict(prompts(List.of("a")), GREEDY));
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertEquals(
        "Cannot predict, --max_new_tokens leaves no room for a prompt: 5 (expected at most 4 for"
            + " this model). Lower it.",
        failure.getMessage());
  }

  @Test
  void anIdBeyondTheVocabularyIsNamedWithItsRow() {
    Predictor small =
        Predictor.of(() -> new FakeCodec(1), () -> new FakeModel(100), new Vocabulary(12));
    Failure failure =
        assertThrows(Failure.class, () -> small.predict(prompts(List.of("ab", "ac")), GREEDY));
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertEquals(
        "Cannot predict, a token is beyond the model's vocabulary: id 12 in row 1 (expected 0 to 11). Take the tokenizer files that were published with this base.",
        failure.getMessage());
  }

  @Test
  void matchesExactlyButForBlanksAtTheEnds() {
    assertEquals(Optional.of(true), match("4", " 4\n"));
    assertEquals(Optional.of(true), match("\u3000four  five", "four  five"));
    assertEquals(Optional.of(false), match("four  five", "four five"));
    assertEquals(Optional.of(false), match("A", "a"));
    assertEquals(
        Optional.empty(),
        new Prediction(prompt(0, "p"), "x", 1, false, Optional.empty()).exactMatch());
  }

  @Test
  void closesItsCodec() {
    FakeCodec codec = new FakeCodec(1);
    Predictor.of(() -> codec, () -> new FakeModel(10), new Vocabulary(FakeModel.VOCABULARY))
        .close();
    assertTrue(codec.isClosed());
  }

  private static Optional<Boolean> match(String target, String prediction) {
    Prompt prompt = new Prompt(0, "p", Optional.of(target));
    return new Prediction(prompt, prediction, 1, false, prompt.target()).exactMatch();
  }

  private static Predictor predictor(int special, int contextLength) {
    return Predictor.of(() -> new FakeCodec(special), () -> new FakeModel(contextLength), ALL);
  }

  private static List<Prompt> prompts(List<String> texts) {
    return IntStream.range(0, texts.size()).mapToObj(i -> prompt(i, texts.get(i))).toList();
  }

  private static Prompt prompt(int row, String text) {
    return new Prompt(row, text, Optional.empty());
  }
}
