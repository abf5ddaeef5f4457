package org.sparklora.lora;

import java.nio.FloatBuffer;
import org.sparklora.adapter.Adapter;
import org.sparklora.evaluation.Score;
import org.sparklora.model.PackedBatch;

/**
 * A frozen base with trained values, as the training loop sees it: one flat row of floats with a
 * gradient and two moments beside it. Used from one thread.
 */
public interface TrainableModel extends AutoCloseable {
  /** Number of trained values. */
  int size();

  /** Clears the loss, too. */
  void clearGradient();

  /**
   * Adds the gradient of {@code scale} · Σ NLL over the batch's labels to the gradient, and Σ NLL
   * itself to the loss; on a GPU it may still be at work when this returns.
   *
   * @param step keys the dropout masks, together with each row's position in the step
   */
  void accumulate(PackedBatch batch, double scale, long step);

  /**
   * Keeps less from now on, by computing layers again in the backward pass: gradients stay the
   * same. False if it does so already, or must not.
   */
  boolean recomputeFromNow();

  /** Σ NLL, not scaled, of what was accumulated since the gradient was cleared. */
  double loss();

  /** How well the labels of the batch are predicted, without dropout; changes nothing. */
  Score score(PackedBatch batch);

  /** Copies one of the flat rows into {@code into} (position to limit). */
  default void read(Values which, FloatBuffer into) {
    read(which, 0, into);
  }

  /** Copies as much of one of the flat rows as {@code into} takes, from a value on. */
  void read(Values which, int from, FloatBuffer into);

  /**
   * How many values are best read at once: all, unless something can be done with a part while the
   * next one comes from a GPU. The same on all ranks of a run.
   */
  default int readAtOnce() {
    return size();
  }

  /** Replaces one of the flat rows by {@code from} (position to limit). */
  void write(Values which, FloatBuffer from);

  /** One AdamW step with the gradient, which it multiplies in place. */
  void update(AdamStep step);

  /** The trained values as an adapter of the base with this name. */
  Adapter adapter(String baseName);

  /** Replaces the trained values by those of an adapter of the same rank and targets. */
  void load(Adapter adapter);

  @Override
  void close();

  /** The flat rows, all of the same length and order. */
  enum Values {
    PARAMETERS,
    GRADIENT,
    FIRST_MOMENT,
    SECOND_MOMENT
  }

  /**
   * One step of AdamW as torch has it, with decoupled weight decay and Hugging Face's defaults for
   * the rest.
   *
   * @param number of this step, from 1, for the bias correction
   * @param gradientFactor multiplies the gradient first, to undo a scale and to clip
   */
  record AdamStep(long number, double gradientFactor, double learningRate, double weightDecay) {
    public static final double BETA1 = 0.9;
    public static final double BETA2 = 0.999;
    public static final double EPSILON = 1e-8;
  }
}
