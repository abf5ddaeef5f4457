package org.sparklora.jobs.train;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.sparklora.Failure;
import org.sparklora.checkpoint.Checkpoint;
import org.sparklora.checkpoint.Checkpoints;
import org.sparklora.storage.RunFolder;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;
import org.sparklora.train.Resume;
import org.sparklora.train.RunSettings;

/** What lies in a run's output folder, and whether this run may go on there. */
final class OutputFolder {
  private static final List<String> OF_RUNS = List.of("checkpoint-", "adapter_");

  /** Bases, tokenizers, feature tables and predictions, of ours and of Hugging Face's. */
  private static final Predicate<String> OF_OTHERS =
      Pattern.compile(
              "config\\.json|_features\\.json|_predictions\\.json|_unfinished|state\\.json|dataset_info\\.json|.*\\.(safetensors|bin|pth|gguf)(\\.index\\.json)?|tokenizer.*|(part|data)-[0-9].*")
          .asMatchPredicate();

  private final Store store;
  private final String folder;
  private final Checkpoints checkpoints;

  OutputFolder(Store store, String folder) {
    this.store = store;
    this.folder = folder;
    this.checkpoints = new Checkpoints(store, folder);
  }

  String folder() {
    return folder;
  }

  /**
   * The settings to run with: {@code wanted} for a new run, else those of the run that continues;
   * fails where the folder belongs to another run.
   */
  RunSettings claim(RunSettings wanted) {
    Optional<RunSettings> there = RunSettings.read(store, folder);
    if (there.isEmpty()) {
      refuseStrangers();
      return wanted;
    }
    if (wanted.config().saving().resume().equals(Resume.NEVER)) {
      throw Failure.usage(
          "Cannot start a new run, the output folder holds one: run %s in %s (expected none with --resume never). Choose another --output_dir."
              .formatted(there.get().runId(), folder));
    }
    return there.get().resumedAs(wanted);
  }

  /** Fails if the folder cannot be written, before any work is done. */
  void requireWritable() {
    try {
      store.probe(folder).close();
    } catch (Failure e) {
      throw Failure.storage(
          "Cannot train, the output folder cannot be written: %s (expected to write there). Mend its permissions or choose another --output_dir. The store says: %s"
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  /** The newest committed checkpoint of a run. */
  Optional<Checkpoint> newest(String runId) {
    return checkpoints.newest(runId).checkpoint();
  }

  /** The step of the newest committed checkpoint of a run; −1 when there is none. */
  long newestStep(String runId) {
    return newest(runId).map(Checkpoint::step).orElse(-1L);
  }

  /** Whether a run is here, or nothing that keeps one from beginning. */
  boolean isOurs() {
    return RunSettings.read(store, folder).isPresent() || stranger().isEmpty();
  }

  /** Takes away how an earlier run ended; whoever calls it holds the lease. */
  void beginAgain() {
    store.delete(Store.child(folder, RunFolder.OUTCOME));
  }

  /** Files that a run writes, but without its settings, or another job's: somebody else's work. */
  private void refuseStrangers() {
    Optional<String> stranger = stranger();
    if (stranger.isPresent()) {
      boolean trained = OF_RUNS.stream().anyMatch(stranger.get()::startsWith);
      throw Failure.usage(
          "Cannot train, the output folder holds %s: %s in %s (expected an empty or new folder). Choose another --output_dir."
              .formatted(
                  trained ? "another training's files" : "a model or a table",
                  stranger.get(),
                  folder));
    }
  }

  private Optional<String> stranger() {
    return store.list(folder).stream()
        .map(StoredFile::name)
        .filter(name -> OF_RUNS.stream().anyMatch(name::startsWith) || OF_OTHERS.test(name))
        .findFirst();
  }
}
