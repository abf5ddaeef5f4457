package org.sparklora.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.sparklora.Failure;
import org.sparklora.train.LossHistory.Entry;
import org.sparklora.train.LossHistory.Snapshot;

/**
 * The two JSON files of a checkpoint: {@code trainer_state.json} with Hugging Face's keys only, and
 * {@code sparklora.json} with what the adapter was trained on and how far the loop is.
 */
final class StateFiles {
  static final String TRAINER_STATE = "trainer_state.json";
  static final String SPARKLORA = "sparklora.json";

  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private StateFiles() {}

  static String trainerState(RunSettings run, LoopState state) {
    ObjectNode root = JSON.createObjectNode();
    root.putNull("best_metric");
    root.putNull("best_model_checkpoint");
    root.put("epoch", run.grid().epochsAfter(state.step));
    root.put("global_step", state.step);
    root.put("is_hyper_param_search", false);
    root.put("is_local_process_zero", true);
    root.put("is_world_process_zero", true);
    root.putArray("log_history");
    state.losses.entries().forEach(e -> root.withArray("log_history").add(entry(e)));
    root.put("max_steps", run.grid().steps());
    root.put("num_train_epochs", (long) Math.ceil(run.grid().epochsAfter(run.grid().steps())));
    root.put("total_flos", 0);
    root.putNull("trial_name");
    root.putNull("trial_params");
    return root.toPrettyString() + "\n";
  }

  static String sparklora(RunSettings run, LoopState state) {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", VERSION);
    root.put("run_id", run.runId());
    root.put("label_policy", run.resolved().labelPolicy().word());
    root.put("family", run.resolved().family().word());
    root.put("model_checkpoint", run.resolved().modelCheckpoint());
    root.put("base_dtype", run.resolved().baseDtype().word());
    TrainConfig.Lora lora = run.config().lora();
    ObjectNode trained = root.putObject("lora");
    trained.put("r", lora.rank());
    trained.put("lora_alpha", lora.alpha());
    trained.put("use_rslora", lora.rslora());
    trained.put("portable", lora.portable());
    LearningRateSchedule schedule = run.config().optimizer().schedule();
    root.put("lr_scheduler_type", schedule.type().word());
    root.put("warmup_steps", schedule.warmup(run.grid().steps()));
    root.put("table_fingerprint", run.provenance().table());
    root.put("codec_fingerprint", run.provenance().codec());
    root.put("prompt_fingerprint", run.provenance().prompt());
    root.put("base_fingerprint", run.provenance().base());
    root.set("prompt_form", parse(run.provenance().promptForm(), "prompt_form"));
    ObjectNode loop = root.putObject("loop");
    loop.put("step", state.step);
    loop.put("skipped_steps", state.skipped);
    loop.put("overflow_steps", state.overflows);
    loop.put("rows_without_labels", state.rowsWithoutLabels);
    loop.put("repaired_values", state.repaired);
    loop.put("tokens", state.tokens);
    Snapshot losses = state.losses.snapshot();
    losses.early().forEach(loop.putArray("early_losses")::add);
    losses.late().forEach(loop.putArray("late_losses")::add);
    loop.put("unlogged_loss", losses.sum());
    loop.put("unlogged_steps", losses.count());
    return root.toPrettyString() + "\n";
  }

  /** Restores what the two files hold. */
  static void restore(LoopState state, String trainerState, String sparklora) {
    JsonNode loop = parse(sparklora, SPARKLORA).path("loop");
    state.step = whole(loop, "step");
    state.skipped = whole(loop, "skipped_steps");
    state.overflows = whole(loop, "overflow_steps");
    state.rowsWithoutLabels = whole(loop, "rows_without_labels");
    state.repaired = whole(loop, "repaired_values");
    state.tokens = whole(loop, "tokens");
    List<Entry> entries = new ArrayList<>();
    parse(trainerState, TRAINER_STATE).path("log_history").forEach(e -> entries.add(entry(e)));
    state.losses.restore(
        new Snapshot(
            entries,
            decimals(loop.path("early_losses")),
            decimals(loop.path("late_losses")),
            loop.path("unlogged_loss").asDouble(),
            whole(loop, "unlogged_steps")));
  }

  private static ObjectNode entry(Entry entry) {
    ObjectNode node = JSON.createObjectNode();
    node.put("epoch", entry.epoch());
    node.put("grad_norm", entry.gradNorm());
    node.put("learning_rate", entry.learningRate());
    node.put("loss", entry.loss());
    node.put("step", entry.step());
    return node;
  }

  private static Entry entry(JsonNode node) {
    return new Entry(
        node.path("epoch").asDouble(),
        node.path("grad_norm").asDouble(),
        node.path("learning_rate").asDouble(),
        node.path("loss").asDouble(),
        node.path("step").asLong());
  }

  private static List<Double> decimals(JsonNode array) {
    List<Double> values = new ArrayList<>();
    array.forEach(v -> values.add(v.asDouble()));
    return values;
  }

  private static long whole(JsonNode node, String name) {
    if (!node.path(name).isIntegralNumber()) {
      throw unreadable(SPARKLORA, "no number " + name, null);
    }
    return node.get(name).longValue();
  }

  private static JsonNode parse(String text, String file) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw unreadable(file, "no JSON", e);
    }
  }

  private static Failure unreadable(String file, String why, Exception cause) {
    return Failure.input(
        "Cannot resume, the checkpoint's %s is not one of ours: %s (expected version %d). Resume from another one."
            .formatted(file, why, VERSION),
        cause);
  }
}
