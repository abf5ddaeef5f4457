package org.sparklora.train;

import java.nio.FloatBuffer;
import org.sparklora.adapter.Adapter;
import org.sparklora.evaluation.Score;
import org.sparklora.lora.TrainableModel;
import org.sparklora.model.PackedBatch;

/** A model whose backward pass overflows in one step, because its scale is far too high there. */
record PlantedOverflow(TrainableModel model, long overflowStep) implements TrainableModel {
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
    model.accumulate(batch, step == overflowStep ? scale * 1e8 : scale, step);
  }

  @Override
  public boolean recomputeFromNow() {
    return model.recomputeFromNow();
  }

  @Override
  public double loss() {
    return model.loss();
  }

  @Override
  public Score score(PackedBatch batch) {
    return model.score(batch);
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
