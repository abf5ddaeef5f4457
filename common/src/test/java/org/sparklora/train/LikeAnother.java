package org.sparklora.train;

import java.nio.FloatBuffer;
import org.sparklora.adapter.Adapter;
import org.sparklora.evaluation.Score;
import org.sparklora.lora.TrainableModel;
import org.sparklora.model.PackedBatch;

/** Does all as another model does; one that is different in a thing says only that. */
abstract class LikeAnother implements TrainableModel {
  private final TrainableModel model;

  LikeAnother(TrainableModel model) {
    this.model = model;
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
    model.accumulate(batch, scale, step);
  }

  @Override
  public boolean recomputeFromNow() {
    return model.recomputeFromNow();
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
  public void read(Values which, int from, FloatBuffer into) {
    model.read(which, from, into);
  }

  @Override
  public int readAtOnce() {
    return model.readAtOnce();
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
