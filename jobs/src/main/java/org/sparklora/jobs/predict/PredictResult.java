package org.sparklora.jobs.predict;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.sparklora.command.JobOutcome;
import org.sparklora.jobs.run.JobResult;
import org.sparklora.predict.PredictionsInfo;

/**
 * A finished table of predictions.
 *
 * @param made false when the same table was there already
 */
public record PredictResult(String folder, PredictionsInfo info, boolean made)
    implements JobResult {
  @Override
  public JobOutcome outcome() {
    Map<String, Number> figures = new TreeMap<>();
    figures.put("rows", info.counts().rows());
    figures.put("new_tokens", info.counts().newTokens());
    figures.put("cut_prompts", info.counts().cutPrompts());
    figures.put("empty_prompts", info.counts().emptyPrompts());
    figures.put("bad_rows", info.badRows());
    figures.put("seconds", info.seconds());
    if (info.hasTargets()) {
      figures.put("exact_matches", info.counts().exactMatches());
      figures.put("exact_match", info.exactMatch());
    }
    return JobOutcome.done(summary(), figures);
  }

  /** One line for people. */
  String summary() {
    String what =
        String.format(
            Locale.ROOT,
            "%d rows, %d new tokens in %.1f s",
            info.counts().rows(),
            info.counts().newTokens(),
            info.seconds());
    String match =
        info.hasTargets()
            ? String.format(
                Locale.ROOT,
                ", exact match %.3f (%d)",
                info.exactMatch(),
                info.counts().exactMatches())
            : "";
    String left =
        info.badRows() > 0
            ? String.format(Locale.ROOT, ", %d bad rows left out", info.badRows())
            : "";
    String all = what + match + left + " in " + folder;
    return made
        ? "Predicted " + all
        : "Nothing to do, the same sources and settings already made " + all;
  }
}
