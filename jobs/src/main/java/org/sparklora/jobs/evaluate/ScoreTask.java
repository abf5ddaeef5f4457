package org.sparklora.jobs.evaluate;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.executor.InputMetrics;
import org.sparklora.corpus.MappedRows;
import org.sparklora.evaluate.loss.LossPart;
import org.sparklora.evaluate.loss.RowScorer;
import org.sparklora.jobs.spark.RankDevices;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.plan.LabelPolicy;
import org.sparklora.predict.ModelChoice;
import org.sparklora.predict.OpenedModel;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;
import scala.Tuple2;

/**
 * Scores one part of the rows with one model, which it opens: such a task has an executor to
 * itself.
 */
record ScoreTask(
    StorageSettings storage,
    ModelChoice model,
    LabelPolicy policy,
    RankDevices devices,
    int threads)
    implements FlatMapFunction<Iterator<Tuple2<Long, int[]>>, LossPart> {
  private static final long serialVersionUID = 1L;

  @Override
  public Iterator<LossPart> call(Iterator<Tuple2<Long, int[]>> rows) {
    if (!rows.hasNext()) {
      return List.<LossPart>of().iterator();
    }
    InputMetrics read = TaskContext.get().taskMetrics().inputMetrics();
    ComputeOptions options = model.options(devices.here(), threads);
    try (OpenedModel open = OpenedModel.open(Store.with(storage), model, options)) {
      LossPart part =
          new RowScorer(policy, open::score)
              .score(
                  new MappedRows<>(
                      rows,
                      row -> {
                        read.incRecordsRead(1);
                        return Optional.of(DealtRows.unpacked(row._2()));
                      }));
      return List.of(part).iterator();
    }
  }
}
