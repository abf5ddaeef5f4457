package org.sparklora.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparklora.VisibleText;
import org.sparklora.config.Settings;
import org.sparklora.train.RunSettings;

/** The model card of an adapter: its head as PEFT writes it, then what is known of the run. */
record ModelCard(RunRecord record) {
  private static final List<String> TOLD =
      List.of(
          "lora_rank",
          "lora_alpha",
          "lora_dropout",
          "rslora",
          "learning_rate",
          "lr_scheduler_type",
          "warmup_steps",
          "warmup_ratio",
          "weight_decay",
          "max_grad_norm",
          "seed");

  String text() {
    StringBuilder card = new StringBuilder(head());
    card.append("\n# LoRA adapter for ").append(inline(base())).append("\n\n");
    card.append(
        "Trained with %s on %d rows in steps of %d rows; run `%s`. %s\n"
            .formatted(
                RunReport.GENERATOR,
                record.run().grid().rows(),
                record.run().grid().rowsPerStep(),
                record.run().runId(),
                new Summary(record).state()));
    table(card, "Results", "figure", results());
    table(card, "Data", "count", data());
    table(card, "Settings", "setting", settings());
    promptForm(card);
    loading(card);
    limits(card);
    return card.toString();
  }

  private String base() {
    return record.run().resolved().modelCheckpoint();
  }

  private String head() {
    return """
        ---
        base_model: %s
        library_name: peft
        pipeline_tag: text-generation
        tags:
        - %s
        - lora
        - transformers
        - %s
        ---
        """
        .formatted(yaml(base()), yaml("base_model:adapter:" + base()), RunReport.GENERATOR);
  }

  private Map<String, String> results() {
    Map<String, String> results = new LinkedHashMap<>();
    LogHistory history = record.history();
    history.first().ifPresent(e -> put(results, "loss, first logged", e, LogHistory.LOSS));
    history.last().ifPresent(e -> put(results, "loss, last logged", e, LogHistory.LOSS));
    List<JsonNode> evaluations = history.evaluations();
    if (!evaluations.isEmpty()) {
      evaluation(results, "first", evaluations.get(0));
      history.bestEvaluation().ifPresent(best -> evaluation(results, "best", best));
      evaluation(results, "last", evaluations.get(evaluations.size() - 1));
    }
    return results;
  }

  private static void evaluation(Map<String, String> results, String which, JsonNode entry) {
    put(results, "evaluation loss, " + which, entry, LogHistory.EVALUATION);
    if (entry.has(LogHistory.ACCURACY)) {
      put(results, "token accuracy, " + which, entry, LogHistory.ACCURACY);
    }
  }

  private static void put(Map<String, String> to, String name, JsonNode entry, String key) {
    to.put("%s (step %s)".formatted(name, entry.path("step").asText()), entry.path(key).asText());
  }

  private Map<String, String> data() {
    Map<String, String> data = new LinkedHashMap<>();
    new DataCounts(record.table()).all().forEach((name, count) -> data.put(name, "" + count));
    data.put("fingerprint of the feature table", record.run().provenance().table());
    data.put("fingerprint of the tokenizer", record.run().provenance().codec());
    data.put("fingerprint of the base", record.run().provenance().base());
    data.values().removeIf(String::isEmpty);
    return data;
  }

  private Map<String, String> settings() {
    RunSettings run = record.run();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("target modules", String.join(", ", run.resolved().loraTargets()));
    settings.put("base_dtype", run.resolved().baseDtype().word());
    settings.put("label_policy", run.resolved().labelPolicy().word());
    for (String name : TOLD) {
      Optional.ofNullable(run.config().values().get(name))
          .ifPresent(value -> settings.put(name, Settings.masked(value)));
    }
    settings.putAll(run.environment());
    return settings;
  }

  private void promptForm(StringBuilder card) {
    String form = record.promptForm();
    card.append("\n## Prompt form\n\n");
    card.append(
        form.equals("none")
            ? "Plain: the model reads the question as it is and goes on with the answer.\n"
            : "`%s`; `sparklora.json` (`prompt_form`) holds it whole, and `submit/predict.sh` writes prompts by it.\n"
                .formatted(code(form)));
  }

  private void loading(StringBuilder card) {
    card.append("\n## How to load it\n");
    new Loading(record)
        .all()
        .forEach(
            (tool, lines) ->
                card.append(
                    "\n%s:\n\n```\n%s\n```\n".formatted(tool, lines.replace("```", "` ` `"))));
  }

  private void limits(StringBuilder card) {
    card.append(
        """

        ## Limits

        - It belongs to the base of this fingerprint; on another one its answers mean nothing.
        - %s; longer prompts were not trained.
        - What the data says, right or wrong, is what it learned; nobody has checked its answers.
        """
            .formatted(cut()));
    new RunWarnings(record).all().forEach(w -> card.append("- ").append(inline(w)).append('\n'));
  }

  private String cut() {
    JsonNode length = record.table().path("made_from").path("max_seq_length");
    return length.isNumber()
        ? "Rows were cut at %d tokens".formatted(length.asLong())
        : "Rows were cut at the length that the feature table states";
  }

  private static void table(
      StringBuilder card, String title, String name, Map<String, String> rows) {
    if (rows.isEmpty()) {
      return;
    }
    card.append("\n## %s\n\n| %s | value |\n|---|---|\n".formatted(title, name));
    rows.forEach(
        (key, value) ->
            card.append("| ")
                .append(inline(key))
                .append(" | ")
                .append(inline(value))
                .append(" |\n"));
  }

  /** A text of YAML: JSON's are. */
  private static String yaml(String text) {
    return TextNode.valueOf(VisibleText.of(text)).toString();
  }

  private static String code(String text) {
    return VisibleText.of(text).replace("`", "'");
  }

  /** On one line, without a meaning in Markdown. */
  private static String inline(String text) {
    return VisibleText.of(text).replace("\\", "\\\\").replaceAll("([`*<>|\\[\\]])", "\\\\$1");
  }
}
