package org.sparklora.lora;

import org.sparklora.adapter.Adapter;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.storage.Store;
import org.sparklora.tensor.TorchEngine;

/** A local base with an adapter, and the engine started for it. */
final class StartedModel {
  private StartedModel() {}

  static LoraModel open(String baseFolder, Adapter adapter, ComputeOptions options) {
    TorchEngine.start(options.threads());
    try (BaseWeights base = BaseWeights.open(Store.local(), baseFolder)) {
      return LoraModel.open(base, adapter, options);
    }
  }
}
