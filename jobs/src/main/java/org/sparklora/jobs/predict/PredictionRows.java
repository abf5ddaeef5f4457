package org.sparklora.jobs.predict;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
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

  private final Iterator<Tuple2<Long, PromptRow>> prompts;
  private final Predictor predictor;
  private final AnsweringSetup setup;
  private Iterator<Prediction> window = List.<Prediction>of().iterator();
  private PredictionCounts counts = PredictionCounts.NONE;

  PredictionRows(
      Iterator<Tuple2<Long, PromptRow>> prompts, Predictor predictor, AnsweringSetup setup) {
    this.prompts = prompts;
    this.predictor = predictor;
    this.setup = setup;
  }

  /** The counts of the rows so far. */
  PredictionCounts counts() {
    return counts;
  }

  @Override
  public boolean hasNext() {
    if (!window.hasNext() && prompts.hasNext()) {
      window = predictor.predict(nextPrompts(), setup.generation()).iterator();
    }
    return window.hasNext();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Prediction prediction = window.next();
    counts = counts.plus(prediction);
    return PredictionColumns.row(prediction);
  }

  private List<Prompt> nextPrompts() {
    int most = setup.generation().batchSize() * WINDOW_BATCHES;
    List<Prompt> next = new ArrayList<>();
    while (next.size() < most && prompts.hasNext()) {
      Tuple2<Long, PromptRow> row = prompts.next();
      next.add(row._2().prompt(row._1(), setup.model().adapters().isPerRow()));
    }
    return next;
  }
}
