package org.sparklora.track.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparklora.Log;
import org.sparklora.metric.LoggedStep;

/** A run as an MLflow server has it. For one thread. */
final class MlflowRun {
  /** The tag by which a run is found again. */
  static final String OUR_ID = "sparklora.run_id";

  private static final Log LOG = Log.of(MlflowRun.class);

  /** MLflow takes 1000 points and 100 parameters or tags in a call. */
  private static final int MOST_POINTS = 1_000;

  private static final int MOST_WORDS = 100;
  private static final int LONGEST_PARAMETER = 500;
  private static final int LONGEST_TAG = 5_000;
  private static final String SERVED = "mlflow-artifacts:";

  private final MlflowCalls calls;
  private final String id;
  private final String artifacts;
  private final Map<String, Long> delivered = new HashMap<>();
  private final Map<String, String> parameters = new HashMap<>();
  private RunState state;

  private MlflowRun(MlflowCalls calls, JsonNode run) {
    this.calls = calls;
    this.id = run.path("info").path("run_id").asText();
    this.artifacts = run.path("info").path("artifact_uri").asText();
    this.state = state(run.path("info").path("status").asText());
    run.path("data")
        .path("metrics")
        .forEach(m -> delivered.merge(m.path("key").asText(), m.path("step").asLong(), Math::max));
    run.path("data")
        .path("params")
        .forEach(p -> parameters.put(p.path("key").asText(), p.path("value").asText()));
  }

  /**
   * The run that stands for ours: the one of this id, else the one that bears our tag, else a new
   * one.
   *
   * @param known its id on the server, empty where it is not known
   */
  static MlflowRun open(MlflowCalls calls, MlflowTarget target, String ourId, String known)
      throws IOException {
    if (!known.isEmpty()) {
      Optional<JsonNode> run = found(calls, known);
      if (run.isPresent()) {
        return new MlflowRun(calls, run.get());
      }
    }
    String experiment = experiment(calls, target.experiment());
    Optional<JsonNode> tagged = tagged(calls, experiment, ourId);
    return new MlflowRun(
        calls, tagged.isPresent() ? tagged.get() : created(calls, target, experiment, ourId));
  }

  String id() {
    return id;
  }

  RunState state() {
    return state;
  }

  /** Sends the points that the server does not have yet: of each figure, only later steps. */
  void log(List<LoggedStep> steps) throws IOException {
    ArrayNode points = MlflowCalls.object().putArray("metrics");
    Map<String, Long> sent = new HashMap<>(delivered);
    for (LoggedStep step : steps) {
      for (Map.Entry<String, Double> figure : step.figures().entrySet()) {
        if (sent.getOrDefault(figure.getKey(), Long.MIN_VALUE) < step.step()) {
          point(points.addObject(), step, figure.getKey(), figure.getValue());
          sent.put(figure.getKey(), step.step());
        }
      }
      if (points.size() >= MOST_POINTS - 100) {
        send("metrics", points);
        delivered.putAll(sent);
        points.removeAll();
      }
    }
    if (!points.isEmpty()) {
      send("metrics", points);
    }
    delivered.putAll(sent);
  }

  /** Sends the parameters that the server does not have yet; they never change there. */
  void parameters(Map<String, String> values) throws IOException {
    Map<String, String> missing = new HashMap<>();
    values.forEach(
        (name, value) -> {
          if (!value.isEmpty() && !parameters.containsKey(name)) {
            missing.put(name, value);
          }
        });
    words("params", missing, LONGEST_PARAMETER);
    parameters.putAll(missing);
  }

  void tags(Map<String, String> values) throws IOException {
    words("tags", values, LONGEST_TAG);
  }

  /** Uploads a file, where the server takes it. */
  void artifact(String name, byte[] content) throws IOException {
    if (!artifacts.startsWith(SERVED)) {
      LOG.debug("MLflow keeps artifacts where only its clients write: {}", artifacts);
      return;
    }
    String root = artifacts.substring(SERVED.length()).replaceFirst("^(//[^/]*)?/+", "");
    calls.putArtifact(root + "/" + name, content);
  }

  void become(RunState next) throws IOException {
    ObjectNode update = MlflowCalls.object().put("run_id", id).put("status", next.name());
    if (next != RunState.RUNNING) {
      update.put("end_time", System.currentTimeMillis());
    }
    calls.post("runs/update", update);
    state = next;
  }

  private static void point(ObjectNode point, LoggedStep step, String key, double value) {
    point.put("key", key).put("step", step.step());
    point.put("timestamp", Math.round(step.time() * 1000));
    if (Double.isFinite(value)) {
      point.put("value", value);
    } else {
      point.put("value", Double.toString(value));
    }
  }

  private void send(String what, ArrayNode values) throws IOException {
    ObjectNode batch = MlflowCalls.object().put("run_id", id);
    batch.set(what, values);
    calls.post("runs/log-batch", batch);
  }

  private void words(String what, Map<String, String> values, int longest) throws IOException {
    List<Map.Entry<String, String>> all = new ArrayList<>(values.entrySet());
    for (int from = 0; from < all.size(); from += MOST_WORDS) {
      ArrayNode part = MlflowCalls.object().putArray(what);
      for (Map.Entry<String, String> word :
          all.subList(from, Math.min(all.size(), from + MOST_WORDS))) {
        String value = word.getValue();
        part.addObject()
            .put("key", word.getKey())
            .put("value", value.length() <= longest ? value : value.substring(0, longest));
      }
      send(what, part);
    }
  }

  private static RunState state(String word) {
    try {
      return RunState.valueOf(word);
    } catch (IllegalArgumentException other) {
      return RunState.RUNNING;
    }
  }

  private static Optional<JsonNode> found(MlflowCalls calls, String id) throws IOException {
    try {
      return Optional.of(calls.get("runs/get", "run_id", id).path("run"));
    } catch (MlflowAnswer refused) {
      if (refused.isMissing()) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  private static Optional<JsonNode> tagged(MlflowCalls calls, String experiment, String ourId)
      throws IOException {
    ObjectNode search = MlflowCalls.object();
    search.putArray("experiment_ids").add(experiment);
    search.put("filter", "tags.`%s` = '%s'".formatted(OUR_ID, ourId));
    search.put("max_results", 1);
    JsonNode runs = calls.post("runs/search", search).path("runs");
    return runs.isEmpty() ? Optional.empty() : Optional.of(runs.get(0));
  }

  private static JsonNode created(
      MlflowCalls calls, MlflowTarget target, String experiment, String ourId) throws IOException {
    ObjectNode create = MlflowCalls.object();
    create.put("experiment_id", experiment);
    create.put("run_name", target.runName());
    create.put("start_time", System.currentTimeMillis());
    ArrayNode tags = create.putArray("tags");
    tags.addObject().put("key", OUR_ID).put("value", ourId);
    tags.addObject().put("key", "mlflow.source.name").put("value", "sparklora train");
    return calls.post("runs/create", create).path("run");
  }

  private static String experiment(MlflowCalls calls, String name) throws IOException {
    Optional<String> there = experimentOfName(calls, name);
    if (there.isPresent()) {
      return there.get();
    }
    try {
      ObjectNode create = MlflowCalls.object().put("name", name);
      return calls.post("experiments/create", create).path("experiment_id").asText();
    } catch (MlflowAnswer refused) {
      if (!refused.isThereAlready()) {
        throw refused;
      }
      return experimentOfName(calls, name).orElseThrow(() -> refused);
    }
  }

  private static Optional<String> experimentOfName(MlflowCalls calls, String name)
      throws IOException {
    try {
      JsonNode found = calls.get("experiments/get-by-name", "experiment_name", name);
      return Optional.of(found.path("experiment").path("experiment_id").asText());
    } catch (MlflowAnswer refused) {
      if (refused.isMissing()) {
        return Optional.empty();
      }
      throw refused;
    }
  }
}
