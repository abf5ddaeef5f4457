package org.sparklora.train;

import ai.djl.engine.EngineException;
import org.sparklora.Failure;
import org.sparklora.lora.LoraModel;
import org.sparklora.lora.LoraSettings;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.storage.Store;
import org.sparklora.tensor.DeviceAddress;
import org.sparklora.tensor.DeviceFault;

/** A run's base with the adapter that the run begins with. */
final class RunModel {
  private RunModel() {}

  /** Loads the base; the adapter is a new one, or a previous one to go on with. */
  static LoraModel open(RunSettings run, RankSetup setup, DeviceAddress device) {
    LoraSettings lora = run.config().lora(run.resolved().loraTargets());
    Store store = setup.store();
    LoraModel model = open(store, setup, lora, compute(run, setup, device));
    try {
      setup
          .previousAdapter()
          .ifPresent(folder -> model.load(StartingAdapter.read(lora, store, folder)));
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private static LoraModel open(
      Store store, RankSetup setup, LoraSettings lora, ComputeOptions options) {
    try {
      return LoraModel.open(store, setup.baseFolder(), lora, options, setup.memoryLimit());
    } catch (EngineException e) {
      if (!DeviceFault.isOutOfMemory(e)) {
        throw e;
      }
      throw Failure.cluster(
          "Cannot load the base model, it does not fit into the device's memory: %s in %s (expected room for its weights). Take --base_dtype bf16 or a smaller base, free the device, or use one with more memory. There: %s"
              .formatted(setup.baseFolder(), options.type().word(), DeviceFault.said(e)),
          e);
    }
  }

  private static ComputeOptions compute(RunSettings run, RankSetup setup, DeviceAddress device) {
    return new ComputeOptions(
        run.resolved().baseDtype(),
        setup.threads(),
        device,
        run.resolved().checkpointing(),
        run.config().compute().weightsCache());
  }
}
