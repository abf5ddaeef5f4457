package org.sparklora.train;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.checkpoint.Checkpoint;
import org.sparklora.checkpoint.Checkpoints;
import org.sparklora.checkpoint.Consent;
import org.sparklora.checkpoint.Stamp;
import org.sparklora.storage.Store;
import org.sparklora.train.EvaluationChoice.Publish;

/**
 * The last stage of a run, on the driver: copies the adapter of the best step, or of the last, to
 * the root of the output folder, where {@code _published.json} commits it, and rotates.
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
  private final Optional<EarlyEnd> early;

  public FinalStage(RunSettings run, Store store, String outputDir) {
    this(run, store, outputDir, Optional.empty());
  }

  private FinalStage(RunSettings run, Store store, String outputDir, Optional<EarlyEnd> early) {
    this.run = run;
    this.store = store;
    this.outputDir = outputDir;
    this.checkpoints = new Checkpoints(store, outputDir);
    this.early = early;
  }

  /** The same after a segment, which may know of the run's end what its checkpoint does not. */
  public FinalStage after(Optional<SegmentResult> segment) {
    return new FinalStage(run, store, outputDir, segment.map(SegmentResult::early));
  }

  /** Makes files that are published beside an adapter. */
  public interface Beside {
    /**
     * The files by name.
     *
     * @param step whose adapter is published
     * @param published the files that it is published with, by name
     */
    Map<String, byte[]> files(long step, Map<String, byte[]> published);
  }

  /** Whether the run is at its end and what it is to publish is, which leaves nothing to do. */
  public boolean isDone() {
    return checkpoints.published().filter(this::isWanted).isPresent();
  }

  /** Publishes what the run has to; doing it again changes nothing. */
  public void publish(Consent consent) {
    publish(consent, (step, published) -> Map.of());
  }

  /**
   * The same with more files, by name, which are asked for only if there is something to publish.
   */
  public void publish(Consent consent, Beside beside) {
    if (isDone()) {
      return;
    }
    Checkpoint last = last();
    RunStanding standing = standing(last);
    Checkpoint chosen = chosen(standing.published(choice()), last);
    Map<String, byte[]> files = new LinkedHashMap<>();
    PUBLISHED.forEach(name -> files.put(name, chosen.read(store, name)));
    if (run.config().evaluation().isWanted()) {
      // the whole history, whichever step is published
      files.put(StateFiles.TRAINER_STATE, trainerState(last));
      files.put(StateFiles.SPARKLORA, StateFiles.published(sparklora(chosen), standing));
    }
    files.putAll(beside.files(chosen.step(), Map.copyOf(files)));
    Stamp stamp = new Stamp(run.runId(), last.manifest().stamp().generation(), chosen.step());
    checkpoints.publish(stamp, files, consent);
    int limit = run.config().saving().totalLimit();
    if (limit > 0) {
      checkpoints.rotate(
          run.runId(), limit, standing.bestStep().map(Set::of).orElse(Set.of()), consent);
    }
  }

  private boolean isWanted(Checkpoint published) {
    Stamp stamp = published.manifest().stamp();
    return stamp.runId().equals(run.runId())
        && stamp.step()
            == StateFiles.standingOfPublished(stored(published))
                .orElse(new RunStanding(run.grid().steps(), Optional.empty(), false))
                .published(choice());
  }

  private Checkpoint last() {
    return checkpoints
        .newest(run.runId())
        .checkpoint()
        .filter(c -> c.step() == run.grid().steps() || standing(c).over())
        .orElseThrow(
            () ->
                new Failure(
                    ExitCode.STORAGE,
                    "Cannot publish, the checkpoint of the last step is not there or damaged: step %d in %s (expected a valid one of run %s). Start again to train from an earlier one."
                        .formatted(run.grid().steps(), outputDir, run.runId())));
  }

  private Checkpoint chosen(long step, Checkpoint last) {
    if (step == last.step()) {
      return last;
    }
    return checkpoints
        .valid(step)
        .filter(c -> c.manifest().stamp().runId().equals(run.runId()))
        .orElseThrow(
            () ->
                new Failure(
                    ExitCode.STORAGE,
                    "Cannot publish, the checkpoint of the best step is not there or damaged: step %d in %s (expected a valid one of run %s). Bring it back, or publish the last step with --publish last."
                        .formatted(step, outputDir, run.runId())));
  }

  private RunStanding standing(Checkpoint checkpoint) {
    return StateFiles.standing(sparklora(checkpoint));
  }

  private byte[] trainerState(Checkpoint checkpoint) {
    return endedAt(checkpoint)
        .map(end -> end.trainerState().getBytes(StandardCharsets.UTF_8))
        .orElseGet(() -> checkpoint.read(store, StateFiles.TRAINER_STATE));
  }

  private String sparklora(Checkpoint checkpoint) {
    return endedAt(checkpoint).map(EarlyEnd::sparklora).orElseGet(() -> stored(checkpoint));
  }

  private Optional<EarlyEnd> endedAt(Checkpoint checkpoint) {
    return early.filter(end -> end.step() == checkpoint.step());
  }

  private String stored(Checkpoint checkpoint) {
    return new String(checkpoint.read(store, StateFiles.SPARKLORA), StandardCharsets.UTF_8);
  }

  private Publish choice() {
    return run.config().evaluation().publish();
  }
}
