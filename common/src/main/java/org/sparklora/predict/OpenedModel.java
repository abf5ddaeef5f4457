package org.sparklora.predict;

import ai.djl.ndarray.NDManager;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.adapter.AdapterOrigin;
import org.sparklora.lora.LoraModel;
import org.sparklora.model.Adaptation;
import org.sparklora.model.BaseWeights;
import org.sparklora.model.ComputeOptions;
import org.sparklora.model.Decoder;
import org.sparklora.model.DecodingState;
import org.sparklora.storage.Store;
import org.sparklora.tensor.TorchEngine;

/** A base with zero or one adapter, in native memory. */
final class OpenedModel implements DecodingModel {
  private final Decoder decoder;
  private final ComputeOptions options;
  private final int contextLength;

  private OpenedModel(Decoder decoder, ComputeOptions options, int contextLength) {
    this.decoder = decoder;
    this.options = options;
    this.contextLength = contextLength;
  }

  static OpenedModel open(Store store, ModelChoice choice, ComputeOptions options) {
    int contextLength = ContextLength.of(store, choice.checkpoint());
    Decoder decoder =
        choice.hasAdapter()
            ? withAdapter(store, choice, options)
            : alone(store, choice.checkpoint(), options);
    return new OpenedModel(decoder, options, contextLength);
  }

  private static Decoder alone(Store store, String folder, ComputeOptions options) {
    TorchEngine.start(options.threads());
    try (BaseWeights base = BaseWeights.open(store, folder)) {
      NDManager owner = TorchEngine.newManager(TorchEngine.device(options.device()));
      try {
        return Decoder.load(base, options, owner, Adaptation.NONE);
      } catch (RuntimeException e) {
        owner.close();
        throw e;
      }
    }
  }

  /** The decoder owns all that the adapter needs. */
  private static Decoder withAdapter(Store store, ModelChoice choice, ComputeOptions options) {
    Adapter adapter = AdapterFolder.read(store, choice.adapter());
    LoraModel model = LoraModel.open(store, choice.checkpoint(), adapter, options);
    try {
      AdapterOrigin.read(store, choice.adapter())
          .ifPresent(o -> o.requireBase(model.baseFingerprint(), choice.adapter()));
      return model.decoder();
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  @Override
  public void beThisThreads() {
    TorchEngine.start(options.threads());
  }

  @Override
  public int contextLength() {
    return contextLength;
  }

  @Override
  public Decoding begin(int[][] prompts, int maxNewTokens) {
    return new Batch(decoder.decode(prompts));
  }

  @Override
  public void close() {
    decoder.close();
  }

  /** Decoding on the device. */
  private record Batch(DecodingState state) implements Decoding {
    @Override
    public int[] likeliest() {
      return state.likeliest();
    }

    @Override
    public float[] logits() {
      return state.logits();
    }

    @Override
    public void advance(int[] tokens) {
      state.advance(tokens);
    }

    @Override
    public void keep(int[] rows) {
      state.keep(rows);
    }

    @Override
    public void close() {
      state.close();
    }
  }
}
