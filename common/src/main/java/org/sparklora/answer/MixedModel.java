package org.sparklora.answer;

import java.util.Optional;
import org.sparklora.mix.AdapterMix;
import org.sparklora.mix.AdapterShelf;
import org.sparklora.mix.RowMixes;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.predict.DecodingModel;
import org.sparklora.predict.ModelChoice;
import org.sparklora.predict.OpenedModel;
import org.sparklora.storage.Store;

/** One model of the base with all adapters beside it: each row chooses its mix. */
final class MixedModel {
  private final Store store;
  private final AnswerSetup setup;
  private final Optional<RowMixes> mixes;

  private MixedModel(Store store, AnswerSetup setup, Optional<RowMixes> mixes) {
    this.store = store;
    this.setup = setup;
    this.mixes = mixes;
  }

  /** Reads the adapters; refuses one that does not fit the base. */
  static MixedModel read(Store store, AnswerSetup setup) {
    if (setup.adapters().isEmpty()) {
      return new MixedModel(store, setup, Optional.empty());
    }
    try (BaseWeights base = BaseWeights.open(store, setup.base().checkpoint())) {
      AdapterShelf shelf = AdapterShelf.open(store, setup.adapters(), base, setup.foreignAdapter());
      return new MixedModel(store, setup, Optional.of(shelf.rowMixes()));
    }
  }

  /** In the thread that computes. */
  DecodingModel open() {
    ModelChoice choice = setup.base();
    ComputeOptions options = choice.options(setup.device(), setup.threads());
    return mixes.isPresent()
        ? OpenedModel.openShared(store, choice, mixes.get().adapter(), options)
        : OpenedModel.open(store, choice, options);
  }

  /** What a row takes of the adapters' ranks; null for the base. */
  float[] shares(AdapterMix mix) {
    return mixes.map(all -> all.shares(mix)).orElse(null);
  }
}
