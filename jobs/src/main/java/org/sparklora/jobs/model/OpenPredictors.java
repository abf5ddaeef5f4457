package org.sparklora.jobs.model;

import java.util.List;
import org.apache.spark.TaskContext;
import org.sparklora.jobs.spark.GpuAddress;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.model.load.ModelFolders;
import org.sparklora.predict.ModelChoice;
import org.sparklora.predict.Predictor;
import org.sparklora.predict.PredictorPool;
import org.sparklora.storage.Store;
import org.sparklora.tensor.DeviceAddress;

/** The models of this process that tasks take turns with: opened once, whoever asks them. */
public final class OpenPredictors {
  private static final PredictorPool OPEN = new PredictorPool();

  private OpenPredictors() {}

  /** One for a task, on its device; the task closes the loan when it ends. */
  public static PredictorPool.Loan borrow(TaskContext context, AnsweringSetup setup) {
    DeviceAddress device = GpuAddress.of(context);
    ModelChoice model = setup.model();
    ComputeOptions options = model.options(device, context.cpus());
    Store store = Store.with(setup.storage());
    return OPEN.borrow(
        device,
        List.of(model, options, setup.prompts()),
        () ->
            Predictor.open(
                store,
                model,
                ModelFolders.local(store, model.checkpoint()),
                options,
                setup.prompts()));
  }
}
