package org.sparklora.lora;

/** AdamW as torch has it, with decoupled weight decay. */
public record AdamSettings(
    double learningRate, double beta1, double beta2, double epsilon, double weightDecay) {
  /** Hugging Face's defaults. */
  public static AdamSettings withLearningRate(double learningRate, double weightDecay) {
    return new AdamSettings(learningRate, 0.9, 0.999, 1e-8, weightDecay);
  }
}
