package org.sparklora.jobs.evaluate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.sparklora.command.JobOutcome;
import org.sparklora.evaluate.EvaluationInfo;
import org.sparklora.evaluate.Judged;
import org.sparklora.evaluate.SideBySide;
import org.sparklora.jobs.run.JobResult;

/**
 * A finished evaluation.
 *
 * @param made false when the same evaluation was there already
 */
public record EvaluateResult(String folder, EvaluationInfo info, boolean made)
    implements JobResult {
  @Override
  public JobOutcome outcome() {
    Map<String, Number> figures = new LinkedHashMap<>();
    for (Judged one : info.judged()) {
      figures.put(one.name() + ".rows", one.rows());
      figures.put(one.name() + ".bad_rows", one.badRows());
      one.figures().forEach((name, value) -> figures.put(one.name() + "." + name, value));
    }
    return JobOutcome.done(summary(), figures);
  }

  /** The table for the screen. */
  public String table() {
    return new SideBySide(info.judged()).text();
  }

  String summary() {
    String what =
        info.judged().stream()
            .map(j -> "%s (%d rows)".formatted(j.name(), j.rows()))
            .collect(Collectors.joining(", "));
    String same = info.madeFrom().containsKey("tokenized_dataset") ? "models" : "answers";
    return (made
            ? "Evaluated "
            : "Nothing to do, the same %s were already evaluated: ".formatted(same))
        + what
        + " in "
        + folder;
  }
}
