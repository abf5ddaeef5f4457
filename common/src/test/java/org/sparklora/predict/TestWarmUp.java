package org.sparklora.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.sparklora.Failure;
import org.sparklora.model.Decoding;

/** Who asks early waits for one pass at most, and what fails there fails for nobody. */
class TestWarmUp {
  private final List<String> calls = new ArrayList<>();
  private final WarmUp warmUp = new WarmUp(int[]::new);

  @Test
  void promptsGrowUntilSomebodyAsks() {
    AtomicInteger passes = new AtomicInteger();
    warmUp.run(model(passes), () -> passes.get() >= 10);
    assertEquals(List.of("prompt 1", "close", "prompt 2", "close"), calls);
    assertEquals(10, passes.get());
  }

  @Test
  void doesNothingWhereSomebodyWaitsAlready() {
    warmUp.run(model(new AtomicInteger()), () -> true);
    assertEquals(List.of(), calls);
  }

  @Test
  void promptsStayShort() {
    AtomicInteger passes = new AtomicInteger();
    warmUp.run(model(passes), () -> passes.get() >= 200);
    assertTrue(calls.contains("prompt 64") && !calls.contains("prompt 128"), calls::toString);
  }

  @Test
  void whatFailsIsLeftToThoseWhoAsk() {
    WarmUp refused =
        new WarmUp(
            tokens -> {
              throw Failure.input("Cannot answer, the context is too short: 4.");
            });
    refused.run(model(new AtomicInteger()), () -> false);
    assertEquals(List.of(), calls);
  }

  /** Counts passes over its weights. */
  private DecodingModel model(AtomicInteger passes) {
    return new DecodingModel() {
      @Override
      public void bindToThread() {}

      @Override
      public int contextLength() {
        return 1000;
      }

      @Override
      public Decoding begin(int mostRows) {
        return decoding(passes);
      }

      @Override
      public DecodingModel forAnotherThread() {
        return this;
      }

      @Override
      public void close() {}
    };
  }

  private Decoding decoding(AtomicInteger passes) {
    return new Decoding() {
      @Override
      public void join(int[][] prompts, float[][] shares) {
        calls.add("prompt " + prompts[0].length);
        passes.incrementAndGet();
      }

      @Override
      public int[] likeliest() {
        return new int[1];
      }

      @Override
      public float[] logits() {
        return new float[1];
      }

      @Override
      public void advance(int[][] tokens) {
        passes.incrementAndGet();
      }

      @Override
      public void keep(int[] rows, int[] tokens) {}

      @Override
      public void close() {
        calls.add("close");
      }
    };
  }
}
