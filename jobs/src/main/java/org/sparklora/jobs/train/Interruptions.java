package org.sparklora.jobs.train;

import java.util.List;
import java.util.function.Consumer;
import org.sparklora.jobs.spark.LeavingExecutors;
import org.sparklora.jobs.spark.StopSignal;
import org.sparklora.train.SegmentResult;
import org.sparklora.train.SegmentResult.End;

/**
 * Why ranks are told to save and end before their segment is done: somebody asked the run to stop,
 * or an executor's node goes, and the run goes on without it.
 */
record Interruptions(StopSignal stop, LeavingExecutors leaving, Consumer<String> news) {
  boolean isWanted() {
    return stop.isAsked() || leaving.isNew();
  }

  /** How a segment ended; fails where the run does not go on. */
  SegmentResult judged(SegmentResult result) {
    List<String> left = leaving.takeNote();
    if (stop.isAsked() || result.end() != End.STOPPED) {
      return result.orFail(stop.by());
    }
    news.accept(
        "Saved after step %d, because the nodes of some executors go: %s. Going on without them."
            .formatted(result.step(), left.isEmpty() ? "already gone" : String.join(", ", left)));
    return result;
  }
}
