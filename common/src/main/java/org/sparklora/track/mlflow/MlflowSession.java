package org.sparklora.track.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.storage.Store;

/**
 * Finds the run on the server, or makes it; its id is kept in {@code runs/<run>/mlflow.json}, so
 * that another driver goes on with the same one.
 */
public final class MlflowSession {
  /** The file's name. */
  public static final String FILE = "mlflow.json";

  private static final Log LOG = Log.of(MlflowSession.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final MlflowTarget target;
  private final MlflowCalls calls;
  private final Store store;
  private final String path;
  private final String ourId;
  private final Map<String, String> parameters;
  private MlflowRun run;

  /**
   * Makes no call yet.
   *
   * @param outputDir of the run
   * @param ourId of the run
   * @param parameters what never changes in the run's life
   */
  public MlflowSession(
      MlflowTarget target,
      Store store,
      String outputDir,
      String ourId,
      Map<String, String> parameters) {
    this.target = target;
    this.calls = new MlflowCalls(target.server(), target.authorization());
    this.store = store;
    this.path = Store.child(outputDir, "runs/" + ourId + "/" + FILE);
    this.ourId = ourId;
    this.parameters = Map.copyOf(parameters);
  }

  MlflowTarget target() {
    return target;
  }

  Map<String, String> parameters() {
    return parameters;
  }

  /** The run on the server, under way; looked for only once. */
  MlflowRun open() throws IOException {
    if (run == null) {
      String known = known();
      MlflowRun opened = MlflowRun.open(calls, target, ourId, known);
      if (opened.state() != RunState.RUNNING) {
        opened.become(RunState.RUNNING);
      }
      if (!opened.id().equals(known)) {
        remember(opened.id(), false);
      }
      run = opened;
    }
    return run;
  }

  /** Whether all of the run was delivered, artifacts and end. */
  public boolean isDone() {
    return kept().path("done").asBoolean();
  }

  /** Remembers that all was delivered. */
  void done() {
    remember(run.id(), true);
  }

  private String known() {
    return kept().path("run_id").asText("");
  }

  private JsonNode kept() {
    try {
      JsonNode kept =
          store.exists(path) ? JSON.readTree(store.readText(path)) : JSON.createObjectNode();
      boolean same = kept.path("server").asText().equals(target.server());
      return same ? kept : JSON.createObjectNode();
    } catch (Failure | JsonProcessingException unknown) {
      LOG.debug("The id of the run on MLflow is looked for by its tag", unknown);
      return JSON.createObjectNode();
    }
  }

  /** Where it cannot be kept, the run's tag finds it. */
  private void remember(String id, boolean done) {
    ObjectNode kept = JSON.createObjectNode();
    kept.put("server", target.server()).put("run_id", id).put("done", done);
    try {
      store.writeText(path, kept + "\n");
    } catch (Failure failure) {
      LOG.debug("The id of the run on MLflow is not kept", failure);
    }
  }
}
