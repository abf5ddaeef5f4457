package org.sparklora.train;

import ai.djl.engine.EngineException;
import java.util.ArrayList;
import java.util.List;
import org.sparklora.evaluation.Score;
import org.sparklora.lora.TrainableModel;
import org.sparklora.model.PackedBatch;

/**
 * A model on a device whose memory holds so many tokens: beyond them it fails halfway through the
 * batch, as an allocator does, with the words of libtorch's. Computing layers again doubles them.
 */
final class SmallDevice extends LikeAnother {
  static final String SAID =
      "CUDA out of memory. Tried to allocate 1.20 GiB. GPU 0 has a total capacity of 23.64 GiB";

  private final boolean mayRecompute;
  private final String said;
  private int room;
  final List<Integer> tried = new ArrayList<>();

  SmallDevice(TrainableModel model, int room, boolean mayRecompute, String said) {
    super(model);
    this.room = room;
    this.mayRecompute = mayRecompute;
    this.said = said;
  }

  /** Whose allocator fails. */
  static SmallDevice of(int room) {
    return new SmallDevice(new TinyModel(), room, false, SAID);
  }

  @Override
  public void accumulate(PackedBatch batch, double scale, long step) {
    tried.add(batch.tokens());
    super.accumulate(batch, scale, step);
    requireRoom(batch);
  }

  @Override
  public Score score(PackedBatch batch) {
    requireRoom(batch);
    return super.score(batch);
  }

  private void requireRoom(PackedBatch batch) {
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
}
