package org.sparklora.jobs.predict;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.CollectionAccumulator;
import org.sparklora.jobs.spark.GpuAddress;
import org.sparklora.jobs.spark.TaskEnd;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.model.load.ComputeOptions.Checkpointing;
import org.sparklora.model.load.ModelFolders;
import org.sparklora.predict.ModelChoice;
import org.sparklora.predict.PredictionCounts;
import org.sparklora.predict.Predictor;
import org.sparklora.predict.PredictorPool;
import org.sparklora.storage.Store;
import org.sparklora.tensor.DeviceAddress;
import scala.Tuple2;

/** Predicts one partition with a model of this process; counts reach the driver if it succeeds. */
record PredictTask(PredictSetup setup, CollectionAccumulator<PredictionCounts> reports)
    implements FlatMapFunction<Iterator<Tuple2<Long, PromptRow>>, Row> {
  private static final long serialVersionUID = 1L;

  private static final PredictorPool OPEN = new PredictorPool();

  @Override
  public Iterator<Row> call(Iterator<Tuple2<Long, PromptRow>> rows) {
    if (!rows.hasNext()) {
      return List.<Row>of().iterator();
    }
    TaskContext context = TaskContext.get();
    PredictorPool.Loan loan = borrow(context);
    PredictionRows predictions = new PredictionRows(rows, loan.predictor(), setup);
    TaskEnd.of(context, loan::close, () -> reports.add(predictions.counts()));
    return predictions;
  }

  private PredictorPool.Loan borrow(TaskContext context) {
    DeviceAddress device = GpuAddress.of(context);
    ModelChoice model = setup.model();
    ComputeOptions options =
        new ComputeOptions(
            model.baseDtype().resolve(device.processor()),
            context.cpus(),
            device,
            Checkpointing.OFF,
            model.weightsCache());
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
