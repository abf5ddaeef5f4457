package org.sparklora.jobs;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.sparklora.adapter.Adapter;
import org.sparklora.lora.AdamSettings;
import org.sparklora.lora.FlatValues;
import org.sparklora.lora.LoraModel;
import org.sparklora.model.PackedBatch;
import org.sparklora.train.MicroBatch;
import org.sparklora.train.TrainableModel;

/** A decoder with low-rank adapters, as the training loop sees it. Closes the model. */
record LoraTrainable(LoraModel model, String baseName) implements TrainableModel {
  @Override
  public int size() {
    return model.parameterCount();
  }

  @Override
  public void clearGradient() {
    model.zeroGradient();
  }

  @Override
  public double accumulate(MicroBatch batch, double scale, long step) {
    return model.accumulate(packed(batch), scale, step);
  }

  @Override
  public void read(Values which, FloatBuffer into) {
    model.read(FlatValues.valueOf(which.name()), into);
  }

  @Override
  public void write(Values which, FloatBuffer from) {
    model.write(FlatValues.valueOf(which.name()), from);
  }

  @Override
  public void update(AdamStep step) {
    model.adamStep(
        AdamSettings.withLearningRate(step.learningRate(), step.weightDecay()), 1, step.number());
  }

  @Override
  public Adapter adapter() {
    return model.toAdapter(baseName);
  }

  @Override
  public void load(Adapter adapter) {
    model.load(adapter);
  }

  @Override
  public void close() {
    model.close();
  }

  /** The label at index j of a row is predicted at position j − 1. */
  static PackedBatch packed(MicroBatch batch) {
    int rows = batch.rows().size();
    int[] ids = new int[batch.tokens()];
    int[] labels = new int[ids.length];
    Arrays.fill(labels, PackedBatch.IGNORED);
    int[] starts = new int[rows + 1];
    long[] slots = new long[rows];
    for (int r = 0; r < rows; r++) {
      MicroBatch.Row row = batch.rows().get(r);
      int length = row.ids().length;
      System.arraycopy(row.ids(), 0, ids, starts[r], length);
      int first = row.firstLabel();
      System.arraycopy(row.ids(), first, labels, starts[r] + first - 1, length - first);
      starts[r + 1] = starts[r] + length;
      slots[r] = row.slot();
    }
    return new PackedBatch(ids, starts, labels, slots);
  }
}
