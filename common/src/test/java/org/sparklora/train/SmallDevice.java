package org.sparklora.train;

import ai.djl.engine.EngineException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.sparklora.adapter.Adapter;
import org.sparklora.evaluation.Score;
import org.sparklora.lora.TrainableModel;
import org.sparklora.model.PackedBatch;

/**
 * A model on a device whose memory holds so many tokens: beyond them it fails halfway through the
 * batch, as an allocator does, with the words of libtorch's. Computing layers again doubles them.
 */
final class SmallDevice implements TrainableModel {
  static final String SAID =
      "CUDA out of memory. Tried to allocate 1.20 GiB. GPU 0 has a total capacity of 23.64 GiB";

  private final TrainableModel model;
  private final boolean mayRecompute;
  private final String said;
  private int room;
  final List<Integer> tried = new ArrayList<>();

  SmallDevice(TrainableModel model, int room, boolean mayRecompute, String said) {
    this.model = model;
    this.room = room;
    this.mayRecompute = mayRecompute;
    this.said = said;
  }

  /** Whose allocator fails. */
  static SmallDevice of(int room) {
    return new SmallDevice(new TinyModel(), room, false, SAID);
  }

  @Override
  public int size() {
    return model.size();
  }

  @Override
  public void clearGradient() {
    model.clearGradient();
  }

  @Override
  public void accumulate(PackedBatch batch, double scale, long step) {
    tried.add(batch.tokens());
    model.accumulate(batch, scale, step);
    if (batch.tokens() > room) {
      throw new EngineException(
          "The following operation failed in the TorchScript interpreter.\nRuntimeError: " + said);
    }
  }

  @Override
  public boolean recomputeFromNow() {
    boolean changes = mayRecompute && room < 1_000;
    room = changes ? 1_000 : room;
    return changes;
  }

  @Override
  public Score score(PackedBatch batch) {
    return model.score(batch);
  }

  @Override
  public double loss() {
    return model.loss();
  }

  @Override
  public void read(Values which, FloatBuffer into) {
    model.read(which, into);
  }

  @Override
  public void write(Values which, FloatBuffer from) {
    model.write(which, from);
  }

  @Override
  public void update(AdamStep step) {
    model.update(step);
  }

  @Override
  public Adapter adapter(String baseName) {
    return model.adapter(baseName);
  }

  @Override
  public void load(Adapter adapter) {
    model.load(adapter);
  }

  @Override
  public void close() {
    model.close();
  }
}
