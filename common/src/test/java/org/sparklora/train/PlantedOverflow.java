package org.sparklora.train;

import org.sparklora.lora.TrainableModel;
import org.sparklora.model.PackedBatch;

/** A model whose backward pass overflows in one step, because its scale is far too high there. */
final class PlantedOverflow extends LikeAnother {
  private final long overflowStep;

  PlantedOverflow(TrainableModel model, long overflowStep) {
    super(model);
    this.overflowStep = overflowStep;
  }

  @Override
  public void accumulate(PackedBatch batch, double scale, long step) {
    super.accumulate(batch, step == overflowStep ? scale * 1e8 : scale, step);
  }
}
