package org.sparklora.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.sparklora.config.Settings;
import org.sparklora.report.chart.Markup;
import org.sparklora.track.RunEvent;
import org.sparklora.track.RunEvent.Kind;
import org.sparklora.train.RunSettings;
import org.sparklora.train.TrainConfig;

/** What a run was told, what that came to, and what it ran on. */
record SettingsTables(RunRecord record) {
  private static final String DEFAULT = "default";

  /** Every flag with its value and where that came from; credentials in URIs are left out. */
  Markup settings() {
    Markup table = new Markup().open("table");
    head(table, "flag", "value", "from");
    rows(table, "given", origin -> !origin.equals(DEFAULT));
    rows(table, "usual", origin -> origin.equals(DEFAULT));
    table.close();
    table.leaf("h3", "What the automatic choices came to").open("table");
    resolved().forEach((name, value) -> row(table, "given", name, value));
    return table.close();
  }

  private void rows(Markup table, String style, Predicate<String> shown) {
    TrainConfig config = record.run().config();
    config
        .values()
        .forEach(
            (flag, value) -> {
              String origin = config.origins().of(flag);
              if (shown.test(origin)) {
                row(table, style, flag, Settings.masked(value), origin);
              }
            });
  }

  Markup fingerprints() {
    RunSettings.Provenance from = record.run().provenance();
    Map<String, String> prints = new LinkedHashMap<>();
    prints.put("feature table", from.table());
    prints.put("tokenizer", from.codec());
    prints.put("prompt form", from.prompt());
    prints.put("base", from.base());
    prints.put("adapter of step " + record.adapterStep(), record.adapterHash());
    return table(prints);
  }

  Markup environment() {
    Map<String, String> all = new LinkedHashMap<>(record.run().environment());
    List<RunEvent> started = record.events(Kind.STARTED);
    if (!started.isEmpty()) {
      all.putAll(started.get(started.size() - 1).words());
      all.remove(RunRecord.WARNINGS);
    }
    return table(all);
  }

  private Map<String, String> resolved() {
    RunSettings.Resolved resolved = record.run().resolved();
    Map<String, String> values = new LinkedHashMap<>();
    values.put("family", resolved.family().word());
    values.put("base", resolved.modelCheckpoint());
    values.put("base_dtype", resolved.baseDtype().word());
    values.put("lora_targets", String.join(",", resolved.loraTargets()));
    values.put("label_policy", resolved.labelPolicy().word());
    values.put("max_tokens_per_micro_batch", "" + resolved.microBatchTokens());
    values.put("gradient_checkpointing", resolved.checkpointing().word());
    return values;
  }

  private static Markup table(Map<String, String> values) {
    Markup table = new Markup();
    values.values().removeIf(String::isEmpty);
    if (values.isEmpty()) {
      return table;
    }
    table.open("table");
    values.forEach((name, value) -> row(table, "given", name, value));
    return table.close();
  }

  private static void head(Markup table, String... names) {
    table.open("tr", "class", "head");
    for (String name : names) {
      table.leaf("th", name);
    }
    table.close();
  }

  private static void row(Markup table, String style, String... cells) {
    table.open("tr", "class", style).leaf("th", cells[0]);
    for (int i = 1; i < cells.length; i++) {
      table.leaf("td", cells[i]);
    }
    table.close().line();
  }
}
