package org.sparklora.jobs.tokenize;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.sparklora.command.JobOutcome;
import org.sparklora.feature.FeatureTableInfo;
import org.sparklora.feature.TableCounts;
import org.sparklora.jobs.run.JobResult;

/**
 * What the tokenize job made.
 *
 * @param made false when the same table was there already
 * @param heldOut the table of held-out rows, if the corpus was split
 */
public record TokenizeResult(
    String folder, FeatureTableInfo info, boolean made, Optional<TokenizeResult> heldOut)
    implements JobResult {
  @Override
  public JobOutcome outcome() {
    Map<String, Number> told = new LinkedHashMap<>();
    told.put("rows", info.rows());
    told.put("tokens", info.lengths().tokens());
    told.put("rows_read", info.counts().read());
    told.put("rows_cut", info.counts().cut());
    told.put("rows_dropped", info.counts().dropped());
    told.put("rows_bad", info.counts().bad());
    if (info.repeats() != null) {
      told.put("rows_equal", info.repeats().equal());
      told.put("rows_near", info.repeats().near());
    }
    heldOut.ifPresent(other -> told.put("rows_held_out", other.info.rows()));
    if (info.chatCounts() != null) {
      info.chatCounts().counts().forEach(told::put);
      info.chatCounts().badByReason().forEach((reason, n) -> told.put("bad_" + reason, n));
    }
    return JobOutcome.done(summary(), told);
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
                counts.bad())
        + (info.chatCounts() == null ? "" : " " + chat())
        + (info.repeats() == null ? "" : repeats())
        + heldOut.map(TokenizeResult::apart).orElse("");
  }

  private String repeats() {
    long equal = info.repeats().equal();
    long near = info.repeats().near();
    return " %d rows are left out that repeat earlier ones (%d equal, %d nearly equal)%s."
        .formatted(
            equal + near,
            equal,
            near,
            equal + near == 0 ? "" : ", listed in %s.quarantine".formatted(folder));
  }

  private String apart() {
    return " %d rows are held out in %s; train with --eval_dataset %s."
        .formatted(info.rows(), folder, folder);
  }

  private String chat() {
    return "Rows read as %s, prompts written as %s: %s."
        .formatted(
            info.madeFrom().chat().rows(),
            info.madeFrom().chat().prompt().path("form").asText(),
            info.chatCounts().words());
  }
}
