package org.sparklora.train;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.sparklora.adapter.Adapter;
import org.sparklora.lora.AdamSettings;
import org.sparklora.lora.FlatValues;
import org.sparklora.lora.LoraModel;
import org.sparklora.lora.LoraSettings;
import org.sparklora.model.ComputeOptions;
import org.sparklora.model.ComputeOptions.Checkpointing;
import org.sparklora.model.PackedBatch;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberType;

/** A {@link LoraModel} as the training loop sees it; used by the thread that opened it. */
public final class LoraTrainable implements TrainableModel {
  private final LoraModel model;
  private final String baseName;

  private LoraTrainable(LoraModel model, String baseName) {
    this.model = model;
    this.baseName = baseName;
  }

  /**
   * Loads a run's base and gives it the run's adapter: a new one, or a previous one to go on with.
   */
  public static LoraTrainable open(RunSettings run, Store store, RankPlace place) {
    LoraModel model = LoraModel.open(store, place.baseFolder(), lora(run), compute(run, place));
    try {
      if (!place.previousAdapter().isEmpty()) {
        model.load(PreviousAdapter.read(run, store, place.previousAdapter()));
      }
      return new LoraTrainable(model, run.resolved().modelCheckpoint());
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** The adapter that a run trains. */
  public static LoraSettings lora(RunSettings run) {
    TrainConfig.Lora flags = run.config().lora();
    return new LoraSettings(
        flags.rank(),
        flags.alpha(),
        flags.dropout(),
        run.resolved().loraTargets(),
        flags.rslora(),
        run.config().batches().seed());
  }

  private static ComputeOptions compute(RunSettings run, RankPlace place) {
    return new ComputeOptions(
        NumberType.valueOf(run.resolved().baseDtype().toUpperCase(Locale.ROOT)),
        place.threads(),
        place.device(),
        Checkpointing.valueOf(run.resolved().checkpointing().toUpperCase(Locale.ROOT)),
        run.config().compute().weightsCache());
  }

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
    return model.accumulate(packed(batch.rows()), scale, step);
  }

  private static PackedBatch packed(List<MicroBatch.Row> rows) {
    int[] starts = new int[rows.size() + 1];
    for (int i = 0; i < rows.size(); i++) {
      starts[i + 1] = starts[i] + rows.get(i).ids().length;
    }
    int[] ids = new int[starts[rows.size()]];
    int[] labels = new int[ids.length];
    long[] slots = new long[rows.size()];
    Arrays.fill(labels, PackedBatch.IGNORED);
    for (int i = 0; i < rows.size(); i++) {
      MicroBatch.Row row = rows.get(i);
      int first = row.firstLabel();
      System.arraycopy(row.ids(), 0, ids, starts[i], row.ids().length);
      // a label stands where it is predicted, one before its id
      System.arraycopy(row.ids(), first, labels, starts[i] + first - 1, row.ids().length - first);
      slots[i] = row.slot();
    }
    return new PackedBatch(ids, starts, labels, slots);
  }

  @Override
  public void read(Values which, FloatBuffer into) {
    model.read(flat(which), into);
  }

  @Override
  public void write(Values which, FloatBuffer from) {
    model.write(flat(which), from);
  }

  private static FlatValues flat(Values which) {
    return switch (which) {
      case PARAMETERS -> FlatValues.PARAMETERS;
      case GRADIENT -> FlatValues.GRADIENT;
      case FIRST_MOMENT -> FlatValues.FIRST_MOMENT;
      case SECOND_MOMENT -> FlatValues.SECOND_MOMENT;
    };
  }

  @Override
  public void update(AdamStep step) {
    AdamSettings adam = AdamSettings.withLearningRate(step.learningRate(), step.weightDecay());
    model.adamStep(adam, 1, step.number());
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
}
