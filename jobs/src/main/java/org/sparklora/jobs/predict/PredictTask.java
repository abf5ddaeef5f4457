package org.sparklora.jobs.predict;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.CollectionAccumulator;
import org.sparklora.jobs.model.AnsweringSetup;
import org.sparklora.jobs.model.OpenPredictors;
import org.sparklora.jobs.spark.TaskEnd;
import org.sparklora.predict.PredictionCounts;
import org.sparklora.predict.PredictorPool;
import scala.Tuple2;

/** Predicts one partition with a model of this process; counts reach the driver if it succeeds. */
record PredictTask(AnsweringSetup setup, CollectionAccumulator<PredictionCounts> reports)
    implements FlatMapFunction<Iterator<Tuple2<Long, PromptRow>>, Row> {
  private static final long serialVersionUID = 1L;

  @Override
  public Iterator<Row> call(Iterator<Tuple2<Long, PromptRow>> rows) {
    if (!rows.hasNext()) {
      return List.<Row>of().iterator();
    }
    TaskContext context = TaskContext.get();
    PredictorPool.Loan loan = OpenPredictors.borrow(context, setup);
    PredictionRows predictions =
        new PredictionRows(
            rows, loan.predictor(), setup, context.taskMetrics().inputMetrics()::incRecordsRead);
    TaskEnd.of(context, loan::close, () -> reports.add(predictions.counts()));
    return predictions;
  }
}
