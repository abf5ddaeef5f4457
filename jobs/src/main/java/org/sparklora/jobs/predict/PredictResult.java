package org.sparklora.jobs.predict;

import java.util.Locale;
import org.sparklora.predict.PredictionsInfo;

/**
 * A finished table of answers.
 *
 * @param made false when the same table was there already
 */
public record PredictResult(String folder, PredictionsInfo info, boolean made) {
  /** One line for people. */
  public String summary() {
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
