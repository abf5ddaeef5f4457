package org.sparklora.predict;

import ai.djl.ndarray.NDManager;
import java.util.Optional;
import java.util.function.Function;
import org.sparklora.adapter.Adapter;
import org.sparklora.evaluation.Score;
import org.sparklora.lora.LoraModel;
import org.sparklora.lora.MergedAdaptation;
import org.sparklora.lora.RowAdaptation;
import org.sparklora.mix.AdapterShelf;
import org.sparklora.mix.RowMixes;
import org.sparklora.model.Adaptation;
import org.sparklora.model.Decoder;
import org.sparklora.model.Decoding;
import org.sparklora.model.PackedBatch;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberType;
import org.sparklora.tensor.Processor;
import org.sparklora.tensor.TorchEngine;

/** A base with zero or one adapter, in native memory. */
public final class OpenedModel implements DecodingModel {
  private static final long MOST_MERGED_BYTES = 2L << 30;

  private final Decoder decoder;
  private final ComputeOptions options;

  private OpenedModel(Decoder decoder, ComputeOptions options) {
    this.decoder = decoder;
    this.options = options;
  }

  /** Opens it for the calling thread. */
  public static OpenedModel open(Store store, ModelChoice choice, ComputeOptions options) {
    return new OpenedModel(decoder(store, choice, options), options);
  }

  /**
   * The base with an adapter beside it, of which each row takes its shares.
   *
   * @param choice its own adapter does not count
   */
  public static OpenedModel openShared(
      Store store, ModelChoice choice, Adapter adapter, ComputeOptions options) {
    TorchEngine.start(options.threads());
    try (BaseWeights base = BaseWeights.open(store, choice.checkpoint())) {
      Decoder decoder =
          loaded(base, options, owner -> new RowAdaptation(adapter, options.type(), owner));
      return new OpenedModel(decoder, options);
    }
  }

  /** It owns all native memory that the model needs. */
  private static Decoder decoder(Store store, ModelChoice choice, ComputeOptions options) {
    TorchEngine.start(options.threads());
    try (BaseWeights base = BaseWeights.open(store, choice.checkpoint())) {
      Optional<Adapter> adapter = adapter(store, choice, base);
      boolean merges = merges(base.spec(), options);
      if (adapter.isPresent() && !merges) {
        // Unmerged, so that the base stays as it is and shared.
        return LoraModel.open(base, adapter.get(), options).decoder();
      }
      return loaded(
          base,
          options,
          owner ->
              adapter.<Adaptation>map(a -> new MergedAdaptation(a, owner)).orElse(Adaptation.NONE));
    }
  }

  /** The decoder owns the memory that the adaptation is made in. */
  private static Decoder loaded(
      BaseWeights base, ComputeOptions options, Function<NDManager, Adaptation> adaptation) {
    NDManager owner = TorchEngine.newManager(TorchEngine.device(options.device()));
    try {
      return Decoder.load(base, options, owner, adaptation.apply(owner));
    } catch (RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  private static Optional<Adapter> adapter(Store store, ModelChoice choice, BaseWeights base) {
    return AdapterShelf.open(store, choice.adapters().places(), base)
        .mixed(choice.adapters().mix());
  }

  /** The adapters of a choice side by side, for {@link #openShared}. */
  static RowMixes rowMixes(Store store, ModelChoice choice) {
    try (BaseWeights base = BaseWeights.open(store, choice.checkpoint())) {
      return AdapterShelf.open(store, choice.adapters().places(), base).rowMixes();
    }
  }

  /**
   * Whether an adapter is merged into copies of the weights for this process, which decodes faster:
   * where they are small.
   */
  private static boolean merges(DecoderSpec spec, ComputeOptions options) {
    long weights =
        spec.linearModules().stream().mapToLong(m -> (long) m.inputs() * m.outputs()).sum();
    return options.type() == NumberType.FP32
        && options.device().processor() == Processor.CPU
        && weights * NumberType.FP32.bytes() <= MOST_MERGED_BYTES;
  }

  @Override
  public void bindToThread() {
    TorchEngine.start(options.threads());
  }

  @Override
  public int contextLength() {
    return decoder.spec().size().contextLength();
  }

  @Override
  public Decoding begin(int mostRows) {
    return decoder.decode(mostRows);
  }

  /** How well the labels of the batch are predicted. */
  public Score score(PackedBatch batch) {
    return decoder.score(batch);
  }

  @Override
  public void releaseMemory() {
    TorchEngine.releaseMemory(TorchEngine.device(options.device()));
  }

  @Override
  public DecodingModel forAnotherThread() {
    bindToThread();
    return new OpenedModel(decoder.forAnotherThread(), options);
  }

  @Override
  public void close() {
    decoder.close();
  }
}
