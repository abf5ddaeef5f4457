package org.sparklora.train;

import java.util.Locale;
import org.sparklora.lora.LoraModel;
import org.sparklora.lora.LoraSettings;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.model.load.ComputeOptions.Checkpointing;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberType;

/** A run's base with the adapter that the run begins with. */
final class RunModel {
  private RunModel() {}

  /** Loads the base; the adapter is a new one, or a previous one to go on with. */
  static LoraModel open(RunSettings run, Store store, RankPlace place) {
    LoraModel model = LoraModel.open(store, place.baseFolder(), lora(run), compute(run, place));
    try {
      if (!place.previousAdapter().isEmpty()) {
        model.load(PreviousAdapter.read(run, store, place.previousAdapter()));
      }
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private static LoraSettings lora(RunSettings run) {
    TrainConfig.Lora flags = run.config().lora();
    return new LoraSettings(
        flags.rank(),
        flags.alpha(),
        flags.dropout(),
        run.resolved().loraTargets(),
        flags.rslora(),
        run.config().batches().seed());
  }

  private static ComputeOptions compute(RunSettings run, RankPlace place) {
    return new ComputeOptions(
        NumberType.valueOf(run.resolved().baseDtype().toUpperCase(Locale.ROOT)),
        place.threads(),
        place.device(),
        Checkpointing.valueOf(run.resolved().checkpointing().toUpperCase(Locale.ROOT)),
        run.config().compute().weightsCache());
  }
}
