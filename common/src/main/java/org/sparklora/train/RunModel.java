package org.sparklora.train;

import org.sparklora.lora.LoraModel;
import org.sparklora.lora.LoraSettings;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.storage.Store;
import org.sparklora.tensor.DeviceAddress;

/** A run's base with the adapter that the run begins with. */
final class RunModel {
  private RunModel() {}

  /** Loads the base; the adapter is a new one, or a previous one to go on with. */
  static LoraModel open(RunSettings run, RankSetup setup, DeviceAddress device) {
    LoraSettings lora = run.config().lora(run.resolved().loraTargets());
    Store store = setup.store();
    LoraModel model = LoraModel.open(store, setup.baseFolder(), lora, compute(run, setup, device));
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

  private static ComputeOptions compute(RunSettings run, RankSetup setup, DeviceAddress device) {
    return new ComputeOptions(
        run.resolved().baseDtype(),
        setup.threads(),
        device,
        run.resolved().checkpointing(),
        run.config().compute().weightsCache());
  }
}
