package org.sparklora.jobs.predict;

import java.util.Iterator;
import java.util.List;
import java.util.function.IntConsumer;
import org.apache.spark.sql.Row;
import org.sparklora.corpus.Windows;
import org.sparklora.jobs.model.AnsweringSetup;
import org.sparklora.predict.Prediction;
import org.sparklora.predict.PredictionCounts;
import org.sparklora.predict.Predictor;
import org.sparklora.predict.Prompt;
import scala.Tuple2;

/**
 * The predictions for a partition's prompts, in their order, in the memory of one window of rows.
 */
final class PredictionRows implements Iterator<Row> {
  /** How many batches are read ahead to group rows of similar length. */
  private static final int WINDOW_BATCHES = 64;

  private final Windows<Tuple2<Long, PromptRow>, Prediction> predictions;
  private PredictionCounts counts = PredictionCounts.NONE;

  /** Of which {@code done} hears as they are answered. */
  PredictionRows(
      Iterator<Tuple2<Long, PromptRow>> prompts,
      Predictor predictor,
      AnsweringSetup setup,
      IntConsumer done) {
    this.predictions =
        new Windows<>(
            prompts,
            setup.generation().batchSize() * WINDOW_BATCHES,
            window -> predictor.predict(prompts(window, setup), setup.generation(), done));
  }

  /** The counts of the rows so far. */
  PredictionCounts counts() {
    return counts;
  }

  @Override
  public boolean hasNext() {
    return predictions.hasNext();
  }

  @Override
  public Row next() {
    Prediction prediction = predictions.next();
    counts = counts.plus(prediction);
    return PredictionColumns.row(prediction);
  }

  private static List<Prompt> prompts(List<Tuple2<Long, PromptRow>> window, AnsweringSetup setup) {
    boolean perRow = setup.model().adapters().isPerRow();
    return window.stream().map(row -> row._2().prompt(row._1(), perRow)).toList();
  }
}
