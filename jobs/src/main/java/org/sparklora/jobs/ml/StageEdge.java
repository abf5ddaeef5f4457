package org.sparklora.jobs.ml;

import java.util.function.Supplier;
import org.sparklora.jobs.spark.Causes;

/**
 * Where a stage's work ends and Spark begins. Other than in our own jobs nobody waits on the driver
 * for what tasks tell, so the failure travels as Spark's own do. An {@link Error} would end the
 * process, which is the user's shell where Spark runs in it.
 */
final class StageEdge {
  private StageEdge() {}

  static <T> T around(Supplier<T> work) {
    try {
      return work.get();
    } catch (Error error) {
      throw Causes.failure(error)
          .or(() -> Causes.failureOrStorage(error))
          .<RuntimeException>map(failure -> failure)
          .orElseGet(() -> new IllegalStateException(error));
    }
  }
}
