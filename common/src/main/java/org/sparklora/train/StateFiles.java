package org.sparklora.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparklora.Failure;
import org.sparklora.checkpoint.CheckpointFolder;
import org.sparklora.evaluation.Judgement;
import org.sparklora.evaluation.Judgement.Best;
import org.sparklora.evaluation.Judgement.Standing;
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

  /** The best checkpoint is named as it lies in {@code outputDir}. */
  static String trainerState(RunSettings run, LoopState state, String outputDir) {
    ObjectNode root = JSON.createObjectNode();
    Optional<Best> best = state.judgement.best();
    root.putPOJO("best_metric", best.map(Best::value).orElse(null));
    root.put(
        "best_model_checkpoint",
        best.map(b -> new CheckpointFolder(outputDir, b.step()).path()).orElse(null));
    root.put("epoch", run.grid().epochsAfter(state.step));
    root.put("global_step", state.step);
    root.put("is_hyper_param_search", false);
    root.put("is_local_process_zero", true);
    root.put("is_world_process_zero", true);
    LogHistory.write(state).forEach(root.putArray("log_history")::add);
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
    if (run.config().evaluation().isWanted()) {
      root.set("evaluation", evaluation(state.judgement));
    }
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
    JsonNode history = parse(trainerState, TRAINER_STATE).path("log_history");
    state.losses.restore(
        new Snapshot(
            LogHistory.losses(history),
            decimals(loop.path("early_losses")),
            decimals(loop.path("late_losses")),
            loop.path("unlogged_loss").asDouble(),
            whole(loop, "unlogged_steps")));
    JsonNode judged = parse(sparklora, SPARKLORA).path("evaluation");
    state.judgement.restore(
        LogHistory.evaluations(history),
        new Standing(best(judged).orElse(null), judged.path("without_gain").asInt()));
  }

  /** How a checkpoint's run stands: which step is best, and whether it is over. */
  static RunStanding standing(String sparklora) {
    JsonNode root = parse(sparklora, SPARKLORA);
    JsonNode judged = root.path("evaluation");
    return new RunStanding(
        whole(root.path("loop"), "step"),
        best(judged).map(Best::step),
        judged.path("over").asBoolean());
  }

  /** A checkpoint's {@link #SPARKLORA} as it is published, with how the run stands at its end. */
  static byte[] published(String sparklora, RunStanding standing) {
    ObjectNode root = (ObjectNode) parse(sparklora, SPARKLORA);
    ObjectNode node = root.putObject("published");
    node.put("last_step", standing.step());
    standing.bestStep().ifPresent(best -> node.put("best_step", best));
    return (root.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** How the run stood when this was published; nothing for runs that evaluate nothing. */
  static Optional<RunStanding> standingOfPublished(String sparklora) {
    JsonNode node = parse(sparklora, SPARKLORA).path("published");
    if (node.isMissingNode()) {
      return Optional.empty();
    }
    Optional<Long> best =
        Optional.of(node.path("best_step"))
            .filter(JsonNode::isIntegralNumber)
            .map(JsonNode::longValue);
    return Optional.of(new RunStanding(whole(node, "last_step"), best, true));
  }

  private static ObjectNode evaluation(Judgement judgement) {
    ObjectNode node = JSON.createObjectNode();
    judgement
        .best()
        .ifPresent(best -> node.put("best_step", best.step()).put("best_value", best.value()));
    node.put("without_gain", judgement.standing().withoutGain());
    return node.put("over", judgement.isOver());
  }

  private static Optional<Best> best(JsonNode judged) {
    return judged.has("best_step")
        ? Optional.of(new Best(whole(judged, "best_step"), judged.path("best_value").asDouble()))
        : Optional.empty();
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
