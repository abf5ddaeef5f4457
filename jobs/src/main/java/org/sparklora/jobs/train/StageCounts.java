package org.sparklora.jobs.train;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;
import org.sparklora.train.StepReport;

/**
 * Counts that the page of a training stage shows: steps and tokens, as its rank 0 has seen them.
 */
record StageCounts(LongAccumulator steps, LongAccumulator tokens) implements Serializable {
  private static final long serialVersionUID = 1L;

  static StageCounts of(SparkContext context) {
    return new StageCounts(
        context.longAccumulator("steps trained"), context.longAccumulator("tokens trained"));
  }

  void add(StepReport report) {
    steps.add(1);
    tokens.add(report.tokens());
  }
}
