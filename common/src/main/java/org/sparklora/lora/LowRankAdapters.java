package org.sparklora.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.lora.LowRankProjection.Dropping;
import org.sparklora.lora.LowRankProjection.Factors;
import org.sparklora.lora.TrainableModel.AdamStep;
import org.sparklora.lora.TrainableModel.Values;
import org.sparklora.model.Adaptation;
import org.sparklora.model.FrozenProjection;
import org.sparklora.model.Projection;
import org.sparklora.model.spec.LinearModule;
import org.sparklora.tensor.Kernels;
import org.sparklora.tensor.NumberType;

/**
 * The trained matrices of all targets in one flat fp32 row, with gradient and moments beside it: A
 * then B of each module, in model order. Matrices are views of the rows.
 */
final class LowRankAdapters implements Adaptation {
  private static final int DOUBLE = 7; // the type's number in TorchScript

  private final LoraSettings settings;
  private final Kernels kernels;
  private final NDManager owner;
  private final List<Slice> slices = new ArrayList<>();
  private final Map<String, Slice> byName = new HashMap<>();
  private final DropoutKeys dropout;
  private final Map<Values, FlatRow> rows = new HashMap<>();
  private final NDArray computed;
  private final NDArray numbers;
  // fp64, beside the gradient: read with it, when the device has come to rest
  private final NDArray loss;

  /** A module's part of the flat row: A from {@code a} on, then B from {@code b} on. */
  record Slice(LinearModule module, int index, int a, int b) {}

  /** Native memory belongs to {@code owner}. */
  LowRankAdapters(
      List<LinearModule> modules, LoraSettings settings, NumberType type, NDManager owner) {
    this.settings = settings;
    this.owner = owner;
    this.kernels = Kernels.load(owner);
    this.dropout = new DropoutKeys(settings.seed(), settings.dropout());
    int size = layOut(modules);
    for (Values which : Values.values()) {
      rows.put(which, new FlatRow(size, kernels, owner));
    }
    NDArray parameters = rows.get(Values.PARAMETERS).values();
    this.computed =
        type == NumberType.FP32
            ? parameters
            : kernels.tensor(owner, "cast", parameters, type.code());
    this.numbers = numbers(type);
    this.loss = kernels.tensor(owner, "zeros", parameters, new long[0], DOUBLE);
    write(Values.PARAMETERS, FloatBuffer.wrap(firstValues(size)));
  }

  int size() {
    return Math.toIntExact(computed.size());
  }

  List<Slice> slices() {
    return slices;
  }

  DropoutKeys dropout() {
    return dropout;
  }

  @Override
  public Projection adapt(LinearModule module, FrozenProjection frozen) {
    Slice slice = byName.get(module.name());
    if (slice == null) {
      return frozen;
    }
    int rank = settings.rank();
    NDArray a = matrix(computed, slice.a(), rank, module.inputs());
    NDArray b = matrix(computed, slice.b(), module.outputs(), rank);
    NDArray gradient = rows.get(Values.GRADIENT).values();
    NDArray gradA = matrix(gradient, slice.a(), rank, module.inputs());
    NDArray gradB = matrix(gradient, slice.b(), module.outputs(), rank);
    return new LowRankProjection(
        frozen, new Factors(a, b, gradA, gradB), settings.scaling(), dropping(slice));
  }

  void read(Values which, FloatBuffer into) {
    read(which, 0, into);
  }

  void read(Values which, int from, FloatBuffer into) {
    rows.get(which).read(from, into);
  }

  void write(Values which, FloatBuffer from) {
    if (which == Values.GRADIENT) {
      rows.get(which).send(from); // the next one is read before it is written
      return;
    }
    rows.get(which).write(from);
    if (which == Values.PARAMETERS) {
      refresh();
    }
  }

  void clearGradient() {
    kernels.run("zero_", rows.get(Values.GRADIENT).values());
    kernels.run("zero_", loss);
  }

  /** Σ NLL of a step so far, a number on the device. */
  NDArray loss() {
    return loss;
  }

  void update(AdamStep step) {
    kernels.run(
        "adam_",
        rows.get(Values.PARAMETERS).values(),
        rows.get(Values.GRADIENT).values(),
        rows.get(Values.FIRST_MOMENT).values(),
        rows.get(Values.SECOND_MOMENT).values(),
        step.gradientFactor(),
        step.learningRate(),
        new double[] {AdamStep.BETA1, AdamStep.BETA2},
        AdamStep.EPSILON,
        step.weightDecay(),
        new double[] {correction(AdamStep.BETA1, step), correction(AdamStep.BETA2, step)});
    refresh();
  }

  private static double correction(double beta, AdamStep step) {
    return 1 - Math.pow(beta, (double) step.number());
  }

  private int layOut(List<LinearModule> modules) {
    int rank = settings.rank();
    int size = 0;
    for (LinearModule module : TargetMatching.match(modules, settings.targets())) {
      int b = Math.addExact(size, Math.multiplyExact(rank, module.inputs()));
      Slice slice = new Slice(module, modules.indexOf(module), size, b);
      slices.add(slice);
      byName.put(module.name(), slice);
      size = Math.addExact(b, Math.multiplyExact(rank, module.outputs()));
    }
    return size;
  }

  /** A uniform within ±1/√inputs (kaiming with a = √5), B zero. */
  private float[] firstValues(int size) {
    float[] values = new float[size];
    for (Slice slice : slices) {
      double bound = 1 / Math.sqrt(slice.module().inputs());
      for (int i = slice.a(); i < slice.b(); i++) {
        double u = CounterHash.uniform(settings.seed(), slice.index(), i - slice.a());
        values[i] = (float) ((2 * u - 1) * bound);
      }
    }
    return values;
  }

  /** The row of dropout's ones and zeros in the computing type, or null without dropout. */
  private NDArray numbers(NumberType type) {
    if (!dropout.isActive()) {
      return null;
    }
    int inputs = slices.stream().mapToInt(slice -> slice.module().inputs()).max().orElseThrow();
    try (NDArray numbers = owner.create(dropout.numbers(inputs))) {
      return kernels.tensor(owner, "cast", numbers, type.code());
    }
  }

  private Dropping dropping(Slice slice) {
    if (!dropout.isActive()) {
      return null;
    }
    long[] shape = {DropoutKeys.WINDOWS, slice.module().inputs()};
    NDArray windows =
        kernels.tensor(owner, "strided", numbers, shape, new long[] {DropoutKeys.STRIDE, 1}, 0);
    int key = dropout.ofModule(slice.module(), slice.index());
    return new Dropping(windows, key, dropout.keptScale());
  }

  private NDArray matrix(NDArray flat, long offset, long rows, long columns) {
    return kernels.tensor(
        owner, "strided", flat, new long[] {rows, columns}, new long[] {columns, 1}, offset);
  }

  private void refresh() {
    NDArray parameters = rows.get(Values.PARAMETERS).values();
    if (computed != parameters) {
      kernels.run("copy_", computed, parameters);
    }
  }
}
