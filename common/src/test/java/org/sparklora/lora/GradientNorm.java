package org.sparklora.lora;

import java.nio.FloatBuffer;
import org.sparklora.lora.TrainableModel.Values;

/** The Euclidean norm of a model's gradient, taken on the host as the training loop takes it. */
final class GradientNorm {
  private GradientNorm() {}

  static double of(TrainableModel model) {
    float[] gradient = new float[model.size()];
    model.read(Values.GRADIENT, FloatBuffer.wrap(gradient));
    double total = 0;
    for (float g : gradient) {
      total += (double) g * g;
    }
    return Math.sqrt(total);
  }
}
