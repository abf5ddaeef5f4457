package org.sparklora.lora;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.sparklora.model.Golden.Row;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.model.spec.LinearModule;
import org.sparklora.tensor.Kernels;
import org.sparklora.tensor.NumberType;
import org.sparklora.tensor.TorchEngine;

/** What a training token costs, and how fast this machine multiplies the model's matrices. */
final class ModelWork {
  private static final int[] TOKENS = {256, 1024, 2048};
  private static final int REPEATS = 8;

  private final DecoderSpec spec;

  ModelWork(DecoderSpec spec) {
    this.spec = spec;
  }

  /**
   * Multiplications and additions per token of these rows: 4 × the matrices of the layers (6 × when
   * activations are computed twice), 4 × the output matrix where there is a label, and attention's
   * six products of n × n / 2.
   */
  double flopPerToken(List<Row> rows, boolean recomputed) {
    double layers =
        spec.linearModules().stream().mapToDouble(m -> (double) m.inputs() * m.outputs()).sum();
    double head = (double) spec.size().hidden() * spec.size().vocabulary();
    double attended = (double) spec.attention().heads() * spec.attention().headSize();
    double tokens = 0;
    double labels = 0;
    double squares = 0;
    for (Row row : rows) {
      int length = row.ids().length;
      tokens += length;
      labels += length - Math.max(1, row.promptLength());
      squares += (double) length * length;
    }
    double attention = 6 * attended * spec.size().layers() * squares / tokens;
    return (recomputed ? 6 : 4) * layers + 4 * head * labels / tokens + attention;
  }

  /** Operations per second of the calling thread's products, the best over the model's shapes. */
  double bestFlops(NumberType type) {
    double best = 0;
    try (NDManager owner = TorchEngine.newManager(Device.cpu());
        Kernels kernels = Kernels.load(owner)) {
      for (LinearModule module :
          spec.linearModules().stream().filter(m -> m.layer() == 0).toList()) {
        for (int tokens : TOKENS) {
          best = Math.max(best, flops(module, tokens, type, kernels, owner));
        }
      }
    }
    return best;
  }

  private static double flops(
      LinearModule module, int tokens, NumberType type, Kernels kernels, NDManager owner) {
    try (NDManager scope = owner.newSubManager()) {
      NDArray x = random(tokens, module.inputs(), type, kernels, scope);
      NDArray weight = random(module.outputs(), module.inputs(), type, kernels, scope);
      double shortest = Double.MAX_VALUE;
      for (int i = 0; i < REPEATS; i++) {
        long start = System.nanoTime();
        kernels.tensor(scope, "linear", x, weight).close();
        shortest = Math.min(shortest, (System.nanoTime() - start) / 1e9);
      }
      return 2.0 * tokens * module.inputs() * module.outputs() / shortest;
    }
  }

  private static NDArray random(
      int rows, int columns, NumberType type, Kernels kernels, NDManager scope) {
    return kernels.tensor(scope, "cast", scope.randomNormal(new Shape(rows, columns)), type.code());
  }
}
