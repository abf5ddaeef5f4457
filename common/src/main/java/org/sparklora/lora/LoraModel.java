package org.sparklora.lora;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import java.nio.FloatBuffer;
import java.util.OptionalLong;
import org.sparklora.adapter.Adapter;
import org.sparklora.evaluation.Score;
import org.sparklora.memory.ModelNeeds;
import org.sparklora.memory.Room;
import org.sparklora.model.Decoder;
import org.sparklora.model.PackedBatch;
import org.sparklora.model.TrainingPass;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.storage.Store;
import org.sparklora.tensor.DeviceFault;
import org.sparklora.tensor.TorchEngine;

/**
 * A frozen base with trained low-rank matrices, their gradient and their optimizer. One per rank;
 * used by the thread that opened it.
 */
public final class LoraModel implements TrainableModel {
  /** Values of 4 MiB: large enough for the bus, small enough to be on the way meanwhile. */
  private static final int READ_FROM_GPU = 1 << 20;

  private final Decoder decoder;
  private final LowRankAdapters adapters;
  private final LoraSettings settings;
  private final CheckpointingRule checkpointing;

  private LoraModel(
      Decoder decoder,
      LowRankAdapters adapters,
      LoraSettings settings,
      CheckpointingRule checkpointing) {
    this.decoder = decoder;
    this.adapters = adapters;
    this.settings = settings;
    this.checkpointing = checkpointing;
  }

  /** Starts the engine, loads the base and makes a new adapter. */
  public static LoraModel open(
      Store store, String baseFolder, LoraSettings settings, ComputeOptions options) {
    return open(store, baseFolder, settings, options, 0);
  }

  /**
   * As the other.
   *
   * @param memoryLimit bytes outside the Java heap that a container allows; 0 for no limit
   */
  public static LoraModel open(
      Store store,
      String baseFolder,
      LoraSettings settings,
      ComputeOptions options,
      long memoryLimit) {
    TorchEngine.start(options.threads());
    Device device = TorchEngine.device(options.device());
    OptionalLong room = Room.of(device, options.threads(), memoryLimit);
    boolean limited = device.isGpu() || memoryLimit > 0;
    try (BaseWeights base = BaseWeights.open(store, baseFolder)) {
      return open(
          base,
          settings,
          options,
          device,
          checkpointing(base, settings, options, room, CheckpointingRule.least(limited)));
    }
  }

  private static CheckpointingRule checkpointing(
      BaseWeights base,
      LoraSettings settings,
      ComputeOptions options,
      OptionalLong room,
      long least) {
    ModelNeeds needs =
        new ModelNeeds(
            base.spec(),
            options.type(),
            options.device().processor(),
            LoraTargets.modules(settings.targets(), base.spec()),
            settings.rank());
    return new CheckpointingRule(options.checkpointing(), needs, room, least);
  }

  /**
   * The base with an adapter, for prediction; only its parameters are trained further. The engine
   * must have been started in this thread; {@code base} stays the caller's.
   */
  public static LoraModel open(BaseWeights base, Adapter adapter, ComputeOptions options) {
    Device device = TorchEngine.device(options.device());
    LoraSettings settings = AdapterValues.settings(adapter);
    CheckpointingRule usual = checkpointing(base, settings, options, OptionalLong.empty(), 0);
    LoraModel model = open(base, settings, options, device, usual);
    try {
      model.load(adapter);
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private static LoraModel open(
      BaseWeights base,
      LoraSettings settings,
      ComputeOptions options,
      Device device,
      CheckpointingRule checkpointing) {
    NDManager owner = TorchEngine.newManager(device);
    try {
      LowRankAdapters adapters =
          new LowRankAdapters(base.spec().linearModules(), settings, options.type(), owner);
      Decoder decoder = Decoder.load(base, options, owner, adapters);
      return new LoraModel(decoder, adapters, settings, checkpointing);
    } catch (RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  LoraSettings settings() {
    return settings;
  }

  /** The decoder with the adapter in it. */
  public Decoder decoder() {
    return decoder;
  }

  @Override
  public int size() {
    return adapters.size();
  }

  @Override
  public void clearGradient() {
    adapters.clearGradient();
  }

  @Override
  public void accumulate(PackedBatch batch, double scale, long step) {
    int[] keys = adapters.dropout().ofTokens(batch, step);
    TrainingPass pass = new TrainingPass(scale, keys, checkpointing.recomputes(batch));
    try {
      decoder.addGradient(batch, pass, adapters.loss());
    } catch (EngineException e) {
      releaseMemory(e);
      throw e;
    }
  }

  /** What could be tried again with less finds what libtorch keeps for later. */
  private void releaseMemory(EngineException thrown) {
    if (DeviceFault.isOutOfMemory(thrown)) {
      TorchEngine.releaseMemory(adapters.loss().getDevice());
    }
  }

  @Override
  public boolean recomputeFromNow() {
    return checkpointing.recomputeFromNow();
  }

  @Override
  public double loss() {
    return adapters.loss().toDoubleArray()[0];
  }

  @Override
  public Score score(PackedBatch batch) {
    try {
      return decoder.score(batch);
    } catch (EngineException e) {
      releaseMemory(e);
      throw e;
    }
  }

  @Override
  public void read(Values which, int from, FloatBuffer into) {
    adapters.read(which, from, into);
  }

  @Override
  public int readAtOnce() {
    return adapters.loss().getDevice().isGpu() ? READ_FROM_GPU : size();
  }

  @Override
  public void write(Values which, FloatBuffer from) {
    adapters.write(which, from);
  }

  @Override
  public void update(AdamStep step) {
    adapters.update(step);
  }

  @Override
  public Adapter adapter(String baseName) {
    return AdapterValues.export(adapters, settings, baseName);
  }

  @Override
  public void load(Adapter adapter) {
    AdapterValues.load(adapter, adapters, settings);
  }

  @Override
  public void close() {
    decoder.close();
  }
}
