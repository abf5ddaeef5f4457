package org.sparklora.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.sparklora.Failure;
import org.sparklora.ModelFamily;
import org.sparklora.model.load.ComputeOptions.Checkpointing;
import org.sparklora.plan.LabelPolicy;
import org.sparklora.plan.StepGrid;
import org.sparklora.tensor.NumberType;
import org.sparklora.train.RunSettings.Provenance;
import org.sparklora.train.RunSettings.Resolved;

/** {@code _run.json}: a run's settings as JSON. */
final class RunJson {
  private static final int VERSION = 1;
  private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private static final ObjectMapper JSON = new ObjectMapper();

  private RunJson() {}

  static String write(RunSettings run) {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", VERSION);
    root.put("run_id", run.runId());
    root.put("rows", run.grid().rows());
    root.put("rows_per_step", run.grid().rowsPerStep());
    root.put("steps", run.grid().steps());
    root.set("settings", texts(run.config().values()));
    root.set("origins", texts(run.config().origins().all()));
    root.set("resolved", resolved(run.resolved()));
    ObjectNode provenance = root.putObject("provenance");
    provenance.put("table", run.provenance().table());
    provenance.put("codec", run.provenance().codec());
    provenance.put("prompt", run.provenance().prompt());
    provenance.put("base", run.provenance().base());
    provenance.put("prompt_form", run.provenance().promptForm());
    provenance.put("evaluation", run.provenance().evaluation());
    root.set("environment", texts(run.environment()));
    return root.toPrettyString() + "\n";
  }

  static RunSettings read(String text, String path) {
    try {
      JsonNode root = JSON.readTree(text);
      if (root.path("version").asInt() != VERSION) {
        throw unreadable(path, "version " + root.path("version"), null);
      }
      StepGrid grid =
          new StepGrid(
              field(root, "rows").asLong(),
              field(root, "rows_per_step").asInt(),
              field(root, "steps").asLong());
      JsonNode from = field(root, "provenance");
      return new RunSettings(
          runId(field(root, "run_id").asText()),
          TrainConfig.of(map(field(root, "settings")))
              .from(new ValueOrigins(map(root.path("origins")))),
          grid,
          resolved(field(root, "resolved")),
          new Provenance(
              field(from, "table").asText(),
              field(from, "codec").asText(),
              field(from, "prompt").asText(),
              field(from, "base").asText(),
              from.path("prompt_form").asText(Provenance.PLAIN),
              from.path("evaluation").asText("")),
          map(field(root, "environment")));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw unreadable(path, String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
    }
  }

  /** It becomes a folder, and a part of names. */
  private static String runId(String given) {
    if (!RUN_ID.matcher(given).matches()) {
      throw new IllegalArgumentException("its run_id is no name, '%s'".formatted(given));
    }
    return given;
  }

  private static ObjectNode resolved(Resolved resolved) {
    ObjectNode node = JSON.createObjectNode();
    node.put("family", resolved.family().word());
    node.put("model_checkpoint", resolved.modelCheckpoint());
    node.put("base_dtype", resolved.baseDtype().word());
    resolved.loraTargets().forEach(node.putArray("lora_targets")::add);
    node.put("label_policy", resolved.labelPolicy().word());
    node.put("max_tokens_per_micro_batch", resolved.microBatchTokens());
    node.put("gradient_checkpointing", resolved.checkpointing().word());
    return node;
  }

  private static Resolved resolved(JsonNode node) {
    List<String> targets = new ArrayList<>();
    field(node, "lora_targets").forEach(t -> targets.add(t.asText()));
    return new Resolved(
        family(field(node, "family").asText()),
        field(node, "model_checkpoint").asText(),
        NumberType.of(field(node, "base_dtype").asText()),
        targets,
        LabelPolicy.of(field(node, "label_policy").asText()),
        field(node, "max_tokens_per_micro_batch").asInt(),
        Checkpointing.of(field(node, "gradient_checkpointing").asText()));
  }

  private static ModelFamily family(String word) {
    return ModelFamily.ofWord(word)
        .orElseThrow(() -> new IllegalArgumentException("unknown family " + word));
  }

  private static ObjectNode texts(Map<String, String> values) {
    ObjectNode node = JSON.createObjectNode();
    values.forEach(node::put);
    return node;
  }

  private static Map<String, String> map(JsonNode node) {
    Map<String, String> values = new TreeMap<>();
    node.fields().forEachRemaining(f -> values.put(f.getKey(), f.getValue().asText()));
    return values;
  }

  private static JsonNode field(JsonNode node, String name) {
    if (!node.has(name)) {
      throw new IllegalArgumentException("no " + name);
    }
    return node.get(name);
  }

  private static Failure unreadable(String path, String why, Exception cause) {
    return Failure.input(
        "Cannot read the run's settings, %s: %s (expected version %d of _run.json). Give another --output_dir, or bring back the file."
            .formatted(why, path, VERSION),
        cause);
  }
}
