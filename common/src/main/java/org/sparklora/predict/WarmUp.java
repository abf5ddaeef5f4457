package org.sparklora.predict;

import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.sparklora.Log;
import org.sparklora.model.Decoding;

/**
 * Answers to nobody while nobody asks, so that the first question meets weights that lie in memory
 * and code that is compiled: it waits up to ten times less.
 */
public final class WarmUp {
  private static final Log LOG = Log.of(WarmUp.class);
  private static final long MOST_NANOS = 1_000_000_000L;
  private static final int LONGEST_PROMPT = 64;
  private static final int STEPS = 8;

  /** Of each answer. */
  public static final int TOKENS = STEPS + 1;

  private final IntFunction<int[]> prompts;

  /** With a prompt of about so many tokens. */
  public WarmUp(IntFunction<int[]> prompts) {
    this.prompts = prompts;
  }

  /**
   * Prompts of growing length, for a second; a large model has read its weights once by then.
   *
   * @param isWanted whether somebody waits for the model, asked before each pass over the weights
   */
  public void run(DecodingModel model, BooleanSupplier isWanted) {
    long start = System.nanoTime();
    try {
      for (int length = 1;
          !isWanted.getAsBoolean() && System.nanoTime() - start < MOST_NANOS;
          length = Math.min(2 * length, LONGEST_PROMPT)) {
        answer(model, prompts.apply(length), isWanted);
      }
    } catch (RuntimeException e) {
      // Whoever asks later meets the same, and is told.
      LOG.debug("The model could not be warmed up", e);
    }
  }

  private static void answer(DecodingModel model, int[] prompt, BooleanSupplier isWanted) {
    try (Decoding decoding = model.begin(1)) {
      decoding.join(new int[][] {prompt});
      for (int i = 0; i < STEPS && !isWanted.getAsBoolean(); i++) {
        decoding.advance(new int[][] {decoding.likeliest()});
      }
    }
  }
}
