package org.sparklora.predict;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sparklora.generation.GenerationSettings;

/** The next turn of a conversation reads what is new, and is answered as if it had read all. */
class TestRestingRow {
  private static final int[] PROMPT = IntStream.range(0, 30).map(i -> i % 7).toArray();

  private final FakeModel model = FakeModel.looping(4000);

  @Test
  void theNextTurnReadsOnlyWhatIsNew() {
    try (RowBatch batch = RowBatch.ofTurns(model, 4)) {
      int[] answer = answer(batch, PROMPT);
      assertTrue(batch.rests());
      int[] next = joined(PROMPT, answer, new int[] {8, 9, 10});
      int steps = model.stepSizes.size();
      answer(batch, next);
      // The newest token was never read: it is new, too.
      assertEquals(List.of(3, 1), model.stepSizes.subList(steps, steps + 2));
      answer(batch, next);
      answer(batch, joined(PROMPT, new int[] {1, 2, 3}));
      assertEquals(List.of(1), model.joined);
    }
    assertTrue(model.allClosed());
  }

  @Test
  void longNewTextIsReadInPieces() {
    try (RowBatch batch = RowBatch.ofTurns(model, 4)) {
      int[] prompt = IntStream.range(0, 400).map(i -> i % 11).toArray();
      answer(batch, prompt);
      int[] more = IntStream.range(0, 150).map(i -> 20 + i % 5).toArray();
      int steps = model.stepSizes.size();
      answer(batch, joined(prompt, more));
      assertEquals(List.of(64, 64, 21, 1), model.stepSizes.subList(steps, steps + 4));
    }
  }

  @Test
  void anotherConversationOrMixIsReadAnew() {
    try (RowBatch batch = RowBatch.ofTurns(model, 4)) {
      answer(batch, PROMPT);
      answer(batch, new int[] {20, 21, 22});
      answer(batch, joined(new int[] {20, 21}, PROMPT));
      Sequence mixed =
          new Sequence(0, joined(new int[] {20, 21}, PROMPT), new float[] {1}, rules());
      run(batch, mixed);
      assertEquals(List.of(1, 1, 1, 1), model.joined);
    }
  }

  @Test
  void aRowThatWasStoppedRestsToo() {
    try (RowBatch batch = RowBatch.ofTurns(model, 4)) {
      Sequence row = new Sequence(0, PROMPT, rules());
      batch.join(List.of(row));
      batch.take();
      batch.advance();
      row.end();
      batch.take();
      assertTrue(batch.rests());
      answer(batch, joined(PROMPT, row.ids(), new int[] {4, 4}));
      assertEquals(List.of(1), model.joined);
    }
  }

  @Test
  void nothingRestsWhereRowsWereTogetherNorInAJob() {
    try (RowBatch batch = RowBatch.ofTurns(model, 4)) {
      Sequence one = new Sequence(0, PROMPT, rules());
      Sequence two = new Sequence(1, new int[] {3}, rules());
      batch.join(List.of(one, two));
      goOn(batch);
      assertFalse(batch.rests());
      answer(batch, PROMPT);
      assertFalse(batch.rests());
    }
    try (RowBatch batch = new RowBatch(model, 4)) {
      answer(batch, PROMPT);
      assertFalse(batch.rests());
    }
  }

  /** Checked against a model that reads the whole prompt. */
  private int[] answer(RowBatch batch, int... prompt) {
    Sequence row = new Sequence(0, prompt, rules());
    run(batch, row);
    Sequence anew = new Sequence(0, prompt, rules());
    try (RowBatch other = new RowBatch(FakeModel.looping(4000), 1)) {
      run(other, anew);
    }
    assertArrayEquals(anew.ids(), row.ids());
    return row.ids();
  }

  private static void run(RowBatch batch, Sequence row) {
    batch.join(List.of(row));
    goOn(batch);
  }

  private static void goOn(RowBatch batch) {
    batch.take();
    while (batch.size() > 0) {
      batch.advance();
      batch.take();
    }
  }

  private static AnswerRules rules() {
    GenerationSettings settings = new GenerationSettings(12, 0, 1, 0, 4, 6);
    return new AnswerRules(settings, AnswerEnd.of(settings.stops(), ids -> ""));
  }

  private static int[] joined(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }
}
