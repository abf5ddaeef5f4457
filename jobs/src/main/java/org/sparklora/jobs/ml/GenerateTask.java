package org.sparklora.jobs.ml;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.sparklora.Sha256;
import org.sparklora.corpus.Windows;
import org.sparklora.jobs.model.AnsweringSetup;
import org.sparklora.jobs.model.OpenPredictors;
import org.sparklora.jobs.spark.TaskEnd;
import org.sparklora.predict.Prediction;
import org.sparklora.predict.Predictor;
import org.sparklora.predict.PredictorPool;
import org.sparklora.predict.Prompt;

/**
 * Answers the rows of a partition with a model of this process.
 *
 * @param text the prompt's column
 * @param adapter the column that chooses, or {@link #NO_COLUMN}
 */
record GenerateTask(AnsweringSetup setup, int text, int adapter)
    implements MapPartitionsFunction<Row, Row> {
  static final int NO_COLUMN = -1;

  private static final long serialVersionUID = 1L;

  /** How many batches are read ahead, to group rows of similar length. */
  private static final int WINDOW_BATCHES = 8;

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    if (!rows.hasNext()) {
      return rows;
    }
    TaskContext context = TaskContext.get();
    PredictorPool.Loan loan = StageEdge.around(() -> OpenPredictors.borrow(context, setup));
    TaskEnd.of(context, loan::close, () -> {});
    int most = setup.generation().batchSize() * WINDOW_BATCHES;
    return new Windows<>(
        rows, most, window -> StageEdge.around(() -> answered(loan.predictor(), window)));
  }

  private List<Row> answered(Predictor predictor, List<Row> window) {
    List<Prompt> prompts =
        window.stream().filter(row -> !row.isNullAt(text)).map(this::prompt).toList();
    Iterator<Prediction> answers = predictor.predict(prompts, setup.generation()).iterator();
    List<Row> wider = new ArrayList<>();
    for (Row row : window) {
      wider.add(WiderRow.of(row, row.isNullAt(text) ? null : answers.next().text()));
    }
    return wider;
  }

  private Prompt prompt(Row row) {
    String asked = row.getString(text);
    boolean ofBase = adapter == NO_COLUMN || row.isNullAt(adapter);
    return new Prompt(key(asked), asked, Optional.empty(), ofBase ? "" : row.getString(adapter));
  }

  /** Of its random numbers: rows of a table have no order, and a stream's have no end. */
  private static long key(String text) {
    return Long.parseUnsignedLong(new Sha256().add(text).hex().substring(0, 15), 16);
  }
}
