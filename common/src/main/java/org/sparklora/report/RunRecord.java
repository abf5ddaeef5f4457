package org.sparklora.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.Sha256;
import org.sparklora.checkpoint.Checkpoint;
import org.sparklora.checkpoint.Checkpoints;
import org.sparklora.feature.FeatureTableInfo;
import org.sparklora.metric.LoggedStep;
import org.sparklora.metric.LoggedSteps;
import org.sparklora.storage.RunFolder;
import org.sparklora.storage.Store;
import org.sparklora.track.RunEvent;
import org.sparklora.track.RunHistory;
import org.sparklora.train.RunSettings;

/**
 * What the files of a run say of it. Parts that are not there, or damaged, are empty.
 *
 * @param folder the output folder
 * @param state {@code trainer_state.json} as published, or of the newest checkpoint where that is
 *     further
 * @param ours {@code sparklora.json} of the newest checkpoint, whose counts are of all steps
 * @param published whether the run is at its end and has published, or is about to
 * @param adapterHash SHA-256 of the adapter's safetensors beside the state
 * @param adapterStep the step of that adapter
 * @param table {@code _features.json} of the table that was trained on
 * @param outcome {@code _outcome.json}: how the last command ended
 */
public record RunRecord(
    String folder,
    RunSettings run,
    JsonNode state,
    JsonNode ours,
    boolean published,
    String adapterHash,
    long adapterStep,
    JsonNode table,
    JsonNode outcome,
    List<LoggedStep> logged,
    List<RunEvent> events) {
  /** The word under which a history keeps warnings, one a line. */
  public static final String WARNINGS = "warnings";

  private static final Log LOG = Log.of(RunRecord.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String WEIGHTS = "adapter_model.safetensors";
  private static final String STATE = "trainer_state.json";
  private static final String OURS = "sparklora.json";

  public RunRecord {
    logged = List.copyOf(logged);
    events = List.copyOf(events);
  }

  /**
   * Reads the files of the run in a folder.
   *
   * @param table of the features that the run was trained on, if it is known
   */
  public static RunRecord read(Store store, String folder, Optional<FeatureTableInfo> table) {
    RunSettings run =
        RunSettings.read(store, folder)
            .orElseThrow(
                () ->
                    Failure.input(
                        "Cannot report on a run, the folder holds none: no _run.json in %s (expected a training's output folder). Check --output_dir."
                            .formatted(folder)));
    Checkpoints checkpoints = new Checkpoints(store, folder);
    Optional<Checkpoint> newest = checkpoints.newest(run.runId()).checkpoint();
    Optional<Checkpoint> published =
        checkpoints.published().filter(c -> isLast(store, c, run.runId(), newest));
    Optional<Checkpoint> saved = published.or(() -> newest);
    return new RunRecord(
        folder,
        run,
        saved.map(c -> json(store, c, STATE)).orElse(MissingNode.getInstance()),
        newest.or(() -> saved).map(c -> json(store, c, OURS)).orElse(MissingNode.getInstance()),
        published.isPresent(),
        saved.map(c -> c.manifest().files().get(WEIGHTS)).map(f -> f.sha256()).orElse(""),
        saved.map(Checkpoint::step).orElse(0L),
        table
            .filter(t -> t.fingerprint().equals(run.provenance().table()))
            .map(t -> parsed(t.toJson()))
            .orElse(MissingNode.getInstance()),
        outcome(store, folder),
        LoggedSteps.of(store, folder, run.runId()),
        RunHistory.of(store, folder, run.runId()));
  }

  /** The same once these files, which are not written yet, are published with a step's adapter. */
  public RunRecord publishing(long of, Map<String, byte[]> files) {
    return new RunRecord(
        folder,
        run,
        parsed(new String(files.get(STATE), StandardCharsets.UTF_8)),
        ours,
        true,
        Sha256.of(files.get(WEIGHTS)).hex(),
        of,
        table,
        outcome,
        logged,
        events);
  }

  /** Steps done, as far as they are saved. */
  long step() {
    return state.path("global_step").asLong();
  }

  boolean isComplete() {
    return step() == run.grid().steps();
  }

  /** Whether its evaluations ended it before its last step. */
  boolean endedEarly() {
    return published && !isComplete();
  }

  LogHistory history() {
    return LogHistory.of(state);
  }

  /** Generations that began, as far as it is known. */
  List<RunEvent> events(RunEvent.Kind kind) {
    return events.stream().filter(event -> event.kind() == kind).toList();
  }

  /** How the table's prompts were made, in a word. */
  String promptForm() {
    return parsed(run.provenance().promptForm()).path("form").asText("none");
  }

  /** Whether what is published is of this run, and training has not gone on since. */
  private static boolean isLast(
      Store store, Checkpoint published, String runId, Optional<Checkpoint> newest) {
    return published.manifest().stamp().runId().equals(runId)
        && json(store, published, STATE).path("global_step").asLong()
            >= newest.map(Checkpoint::step).orElse(0L);
  }

  private static JsonNode json(Store store, Checkpoint checkpoint, String name) {
    return checkpoint.manifest().files().containsKey(name)
        ? parsed(new String(checkpoint.read(store, name), StandardCharsets.UTF_8))
        : MissingNode.getInstance();
  }

  private static JsonNode outcome(Store store, String folder) {
    String path = Store.child(folder, RunFolder.OUTCOME);
    return store.exists(path) ? parsed(store.readText(path)) : MissingNode.getInstance();
  }

  private static JsonNode parsed(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException damaged) {
      LOG.debug("A file of the run is no JSON", damaged);
      return MissingNode.getInstance();
    }
  }
}
