package org.sparklora.check;

import java.util.Arrays;
import java.util.List;
import org.sparklora.Failure;
import org.sparklora.lora.LoraModel;
import org.sparklora.lora.LoraSettings;
import org.sparklora.lora.TrainableModel.AdamStep;
import org.sparklora.model.PackedBatch;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.model.load.ComputeOptions.Checkpointing;
import org.sparklora.storage.Store;
import org.sparklora.tensor.DeviceAddress;
import org.sparklora.tensor.NumberType;
import org.sparklora.tensor.Processor;

/** A training step of a small base, and the loss before and after it. */
final class StepTrial {
  private static final int TOKENS = 32;

  /** Of losses on two processors in fp32, as a share. */
  private static final double CLOSE = 1e-3;

  private StepTrial() {}

  private record Losses(double before, double after) {}

  /** On the device, and on the processor to compare with. */
  static String run(CheckConfig config) {
    Losses found = losses(config.base(), config.device());
    if (!(found.after() < found.before())) {
      throw wrong("the loss does not fall", found.after(), "less than " + found.before());
    }
    String said = "loss %.4f, then %.4f".formatted(found.before(), found.after());
    if (config.device().processor() == Processor.CPU) {
      return said;
    }
    double expected = losses(config.base(), DeviceAddress.CPU).before();
    if (!(Math.abs(found.before() - expected) <= CLOSE * expected)) {
      throw wrong("the loss is not the processor's", found.before(), "about " + expected);
    }
    return "%s; %.4f on the processor".formatted(said, expected);
  }

  private static Losses losses(String base, DeviceAddress device) {
    ComputeOptions options =
        new ComputeOptions(
            NumberType.FP32,
            Runtime.getRuntime().availableProcessors(),
            device,
            Checkpointing.OFF,
            "");
    try (LoraModel model = LoraModel.open(Store.local(), base, settings(base), options)) {
      PackedBatch batch = batch();
      double before = loss(model, batch, 0);
      model.update(new AdamStep(1, 1, 1e-2, 0));
      return new Losses(before, loss(model, batch, 1));
    }
  }

  private static LoraSettings settings(String base) {
    try (BaseWeights weights = BaseWeights.open(Store.local(), base)) {
      List<String> targets = weights.spec().family().usualTargets();
      return new LoraSettings(8, 32, 0, targets, false, 42);
    }
  }

  private static double loss(LoraModel model, PackedBatch batch, long step) {
    model.clearGradient();
    model.accumulate(batch, 1.0 / batch.labelled(), step);
    return model.loss() / batch.labelled();
  }

  /** A row that says one thing over and over, which is soon learned. */
  private static PackedBatch batch() {
    int[] ids = new int[TOKENS];
    for (int i = 0; i < TOKENS; i++) {
      ids[i] = 5 + i % 4;
    }
    int[] labels = Arrays.copyOfRange(ids, 1, TOKENS + 1);
    labels[TOKENS - 1] = PackedBatch.IGNORED;
    return new PackedBatch(ids, new int[] {0, TOKENS}, labels, new long[] {0});
  }

  private static Failure wrong(String what, double found, String expected) {
    return Failure.cluster(
        "Cannot train on this device, a training step is wrong, %s: %s (expected %s). Look for Xid errors in the kernel's log, and try another libtorch."
            .formatted(what, found, expected));
  }
}
