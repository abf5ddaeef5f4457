package org.sparklora.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.checkpoint.Checkpoint;
import org.sparklora.checkpoint.Checkpoints;
import org.sparklora.checkpoint.Consent;
import org.sparklora.checkpoint.Stamp;
import org.sparklora.storage.Store;

/**
 * The last stage of a run, on the driver: copies the last checkpoint's adapter to the root of the
 * output folder, where {@code _published.json} commits it, and rotates.
 */
public final class FinalStage {
  private static final List<String> PUBLISHED =
      List.of(
          AdapterFolder.SAFETENSORS,
          AdapterFolder.TORCH,
          AdapterFolder.CONFIG,
          StateFiles.SPARKLORA,
          StateFiles.TRAINER_STATE);

  private final RunSettings run;
  private final Store store;
  private final String outputDir;
  private final Checkpoints checkpoints;

  public FinalStage(RunSettings run, Store store, String outputDir) {
    this.run = run;
    this.store = store;
    this.outputDir = outputDir;
    this.checkpoints = new Checkpoints(store, outputDir);
  }

  /** Whether the run's last step is published, which leaves nothing to do. */
  public boolean isDone() {
    return checkpoints
        .published()
        .map(c -> c.manifest().stamp())
        .filter(s -> s.runId().equals(run.runId()) && s.step() == run.grid().steps())
        .isPresent();
  }

  /** Publishes the checkpoint of the run's last step; doing it again changes nothing. */
  public void publish(Consent consent) {
    publish(consent, Map::of);
  }

  /**
   * The same with more files, by name, which are asked for only if there is something to publish.
   */
  public void publish(Consent consent, Supplier<Map<String, byte[]>> beside) {
    if (isDone()) {
      return;
    }
    Checkpoint last = last();
    Map<String, byte[]> files = new LinkedHashMap<>();
    PUBLISHED.forEach(name -> files.put(name, last.read(store, name)));
    files.putAll(beside.get());
    Stamp stamp = new Stamp(run.runId(), last.manifest().stamp().generation(), run.grid().steps());
    checkpoints.publish(stamp, files, consent);
    int limit = run.config().saving().totalLimit();
    if (limit > 0) {
      checkpoints.rotate(run.runId(), limit, Set.of(), consent);
    }
  }

  private Checkpoint last() {
    return checkpoints
        .valid(run.grid().steps())
        .filter(c -> c.manifest().stamp().runId().equals(run.runId()))
        .orElseThrow(
            () ->
                new Failure(
                    ExitCode.STORAGE,
                    "Cannot publish, the checkpoint of the last step is not there or damaged: step %d in %s (expected a valid one of run %s). Start again to train from an earlier one."
                        .formatted(run.grid().steps(), outputDir, run.runId())));
  }
}
