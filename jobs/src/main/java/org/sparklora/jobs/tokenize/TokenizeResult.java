package org.sparklora.jobs.tokenize;

import java.util.Map;
import org.sparklora.command.JobOutcome;
import org.sparklora.feature.FeatureTableInfo;
import org.sparklora.feature.TableCounts;
import org.sparklora.jobs.run.JobResult;

/**
 * What the tokenize job made.
 *
 * @param made false when the same table was there already
 */
public record TokenizeResult(String folder, FeatureTableInfo info, boolean made)
    implements JobResult {
  @Override
  public JobOutcome outcome() {
    return JobOutcome.done(
        summary(),
        Map.of(
            "rows", info.rows(),
            "tokens", info.lengths().tokens(),
            "rows_read", info.counts().read(),
            "rows_cut", info.counts().cut(),
            "rows_dropped", info.counts().dropped(),
            "rows_bad", info.counts().bad()));
  }

  String summary() {
    TableCounts counts = info.counts();
    return (made ? "Made" : "Nothing to do, the same sources and settings already made")
        + " the feature table %s: %d rows with %d tokens of %d read (%d cut, %d dropped, %d bad)."
            .formatted(
                folder,
                info.rows(),
                info.lengths().tokens(),
                counts.read(),
                counts.cut(),
                counts.dropped(),
                counts.bad());
  }
}
