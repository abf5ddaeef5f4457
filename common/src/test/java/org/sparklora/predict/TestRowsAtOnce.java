package org.sparklora.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Vocabulary;
import org.sparklora.generation.GenerationSettings;
import org.sparklora.model.Decoding;

/** Rows that are decoded together on a device whose memory holds so many of them. */
class TestRowsAtOnce {
  private static final String NO_MEMORY = "CUDA out of memory. Tried to allocate 20.00 MiB.";
  private static final GenerationSettings GREEDY = new GenerationSettings(40, 0, 1, 42, 16, 0);
  private static final List<Prompt> PROMPTS =
      IntStream.range(0, 26)
          .mapToObj(i -> prompt(100 + i, "abcdefghijklmnopqrstuvwxyz".substring(i)))
          .toList();

  /** Fails when a row too many joins, or one has become too long, as an allocator does. */
  private static final class SmallDevice implements DecodingModel {
    private final FakeModel model = new FakeModel(200);
    private final int rows;
    private final int steps;
    private final String said;
    private final List<Integer> tried = new ArrayList<>();
    private int released;

    SmallDevice(int rows, int steps, String said) {
      this.rows = rows;
      this.steps = steps;
      this.said = said;
    }

    @Override
    public Decoding begin(int mostRows) {
      tried.add(mostRows);
      return new Batch(model.begin(mostRows));
    }

    @Override
    public void releaseMemory() {
      released++;
    }

    @Override
    public void bindToThread() {}

    @Override
    public int contextLength() {
      return model.contextLength();
    }

    @Override
    public DecodingModel forAnotherThread() {
      return this;
    }

    @Override
    public void close() {}

    private final class Batch implements Decoding {
      private final Decoding decoding;
      private int inIt;
      private int step;

      Batch(Decoding decoding) {
        this.decoding = decoding;
      }

      private void require(boolean fits) {
        if (!fits) {
          throw new EngineException("RuntimeError: " + said);
        }
      }

      @Override
      public void join(int[][] prompts, float[][] shares) {
        inIt += prompts.length;
        require(inIt <= rows);
        decoding.join(prompts, shares);
      }

      @Override
      public int[] likeliest() {
        return decoding.likeliest();
      }

      @Override
      public float[] logits() {
        return decoding.logits();
      }

      @Override
      public void advance(int[][] tokens) {
        require(++step <= steps || inIt < 4);
        decoding.advance(tokens);
      }

      @Override
      public void keep(int[] kept, int[] tokens) {
        inIt = kept.length;
        decoding.keep(kept, tokens);
      }

      @Override
      public void close() {
        decoding.close();
      }
    }
  }

  @Test
  void fewerAreDecodedTogetherAndAnswersStayTheSame() {
    List<Prediction> expected =
        predictor(new SmallDevice(100, 1_000, NO_MEMORY)).predict(PROMPTS, GREEDY);
    SmallDevice atTheStart = new SmallDevice(5, 1_000, NO_MEMORY);
    assertEquals(expected, predictor(atTheStart).predict(PROMPTS, GREEDY));
    assertEquals(List.of(16, 8, 4), atTheStart.tried);
    SmallDevice onTheWay = new SmallDevice(100, 20, NO_MEMORY);
    assertEquals(expected, predictor(onTheWay).predict(PROMPTS, GREEDY));
    assertEquals(2, Collections.min(onTheWay.tried));
    assertEquals(onTheWay.tried.size() - 1, onTheWay.released);
    assertTrue(onTheWay.model.allClosed());
  }

  @Test
  void theSmallerNumberIsKept() {
    SmallDevice device = new SmallDevice(5, 1_000, NO_MEMORY);
    Predictor predictor = predictor(device);
    predictor.predict(PROMPTS, GREEDY);
    device.tried.clear();
    predictor.predict(PROMPTS, GREEDY);
    assertEquals(List.of(4), device.tried);
  }

  @Test
  void aRowThatDoesNotFitIsNamedWithWhatToChange() {
    Failure failure =
        assertThrows(
            Failure.class,
            () -> predictor(new SmallDevice(0, 1, NO_MEMORY)).predict(PROMPTS, GREEDY));
    assertEquals(ExitCode.CLUSTER, failure.exitCode());
    assertEquals(
        "Cannot predict, one row does not fit into the device's memory: the longest is row 100 with"
            + " 27 tokens and up to 40 new ones (expected room beside the weights). Lower"
            + " --max_new_tokens, shorten that prompt, take --base_dtype bf16 or a smaller base, or"
            + " a device with more memory. There: RuntimeError: "
            + NO_MEMORY,
        failure.getMessage());
  }

  @Test
  void otherErrorsAreNotTriedAgain() {
    SmallDevice device = new SmallDevice(5, 1, "CUDA error: device-side assert triggered");
    assertThrows(EngineException.class, () -> predictor(device).predict(PROMPTS, GREEDY));
    assertEquals(List.of(16), device.tried);
  }

  private static Prompt prompt(long row, String text) {
    return new Prompt(row, text, Optional.empty());
  }

  private static Predictor predictor(SmallDevice device) {
    return Predictor.of(() -> new FakeCodec(1), () -> device, new Vocabulary(FakeModel.VOCABULARY));
  }
}
