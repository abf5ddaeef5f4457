package org.sparklora.train;

import java.nio.FloatBuffer;
import org.sparklora.adapter.Adapter;

/**
 * A frozen base with trained values, as the loop sees it: one flat row of floats with a gradient
 * and two moments beside it. Used from one thread.
 */
public interface TrainableModel extends AutoCloseable {
  /** Number of trained values. */
  int size();

  void clearGradient();

  /**
   * Adds the gradient of {@code scale} · Σ NLL over the batch's labels to the gradient.
   *
   * @param step keys the dropout masks, together with each row's slot
   * @return Σ NLL, not scaled
   */
  double accumulate(MicroBatch batch, double scale, long step);

  /** Copies one of the flat rows into {@code into} (position to limit). */
  void read(Values which, FloatBuffer into);

  /** Replaces one of the flat rows by {@code from} (position to limit). */
  void write(Values which, FloatBuffer from);

  /** One AdamW step with the gradient. */
  void update(AdamStep step);

  /** The trained values as an adapter. */
  Adapter adapter();

  /** Replaces the trained values by an adapter's. */
  void load(Adapter adapter);

  @Override
  void close();

  /** The flat rows. */
  enum Values {
    PARAMETERS,
    GRADIENT,
    FIRST_MOMENT,
    SECOND_MOMENT
  }

  /**
   * What one AdamW step (betas 0.9 and 0.999, epsilon 1e-8) needs beside the gradient.
   *
   * @param number of this step, from 1, for the bias correction
   */
  record AdamStep(long number, double learningRate, double weightDecay) {}
}
