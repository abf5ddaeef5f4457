package org.sparklora.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.TimeSpan;
import org.sparklora.metric.LoggedStep;
import org.sparklora.report.chart.Markup;
import org.sparklora.track.RunEvent.Kind;

/** A run in a few numbers. */
record Summary(RunRecord record) {
  /** How far it is, in a sentence. */
  String state() {
    long steps = record.run().grid().steps();
    if (record.isComplete()) {
      return "All %d steps are trained.%s".formatted(steps, adapter());
    }
    if (record.state().isMissingNode()) {
      return "No checkpoint is committed yet, %d steps are to be trained.".formatted(steps);
    }
    return record.endedEarly()
        ? "Its evaluations ended the run after %d of %d steps.%s"
            .formatted(record.step(), steps, adapter())
        : "%d of %d steps are trained and saved.".formatted(record.step(), steps);
  }

  /** Which step's adapter it is, where that is not the last one's. */
  private String adapter() {
    return record.adapterStep() == record.step()
        ? ""
        : " The adapter is that of step %d.".formatted(record.adapterStep());
  }

  Markup tiles() {
    Markup tiles = new Markup().open("dl", "class", "tiles");
    values().forEach((name, value) -> tile(tiles, name, value));
    return tiles.close().line();
  }

  /** By name; what is not known is left out. */
  Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("steps", record.step() + " of " + record.run().grid().steps());
    put(values, "epochs", record.state().path("epoch"));
    LogHistory history = record.history();
    history.first().ifPresent(e -> put(values, "first logged loss", e.path(LogHistory.LOSS)));
    history.last().ifPresent(e -> put(values, "last logged loss", e.path(LogHistory.LOSS)));
    history
        .bestEvaluation()
        .ifPresent(e -> put(values, "best evaluation", e.path(LogHistory.EVALUATION)));
    put(values, "tokens", record.ours().path("loop").path("tokens"));
    List<LoggedStep> logged = record.logged();
    if (!logged.isEmpty()) {
      double speed = logged.get(logged.size() - 1).figure("train/tokens_per_second");
      values.put("tokens per second", "%.0f".formatted(speed));
    }
    String ranks = record.run().environment().get("ranks");
    if (ranks != null) {
      values.put("ranks", ranks);
    }
    if (!record.events().isEmpty()) {
      values.put("generations", "" + record.events(Kind.GENERATION).size());
      values.put("faults", "" + record.events(Kind.FAILED).size());
      values.put("time", TimeSpan.text(new Timeline(record).seconds()));
    }
    return values;
  }

  private static void put(Map<String, String> values, String name, JsonNode value) {
    if (value.isNumber()) {
      values.put(name, value.asText());
    }
  }

  private static void tile(Markup tiles, String name, String value) {
    tiles.open("div", "title", value).leaf("dt", name).leaf("dd", Numbers.shortened(value)).close();
  }
}
