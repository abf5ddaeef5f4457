package org.sparklora.jobs.train;

import java.util.Optional;
import org.sparklora.Failure;
import org.sparklora.checkpoint.CheckpointFolder;
import org.sparklora.checkpoint.Checkpoints;
import org.sparklora.jobs.run.NamedPaths;
import org.sparklora.storage.Store;
import org.sparklora.train.Resume;

/**
 * Where a run begins that has no checkpoint of its own.
 *
 * @param checkpoint what {@code --resume} names; nothing for a fresh start
 */
record StartingPoint(Optional<CheckpointFolder> checkpoint) {
  static final StartingPoint FRESH = new StartingPoint(Optional.empty());

  /** Fails when the named folder is not a valid checkpoint. */
  static StartingPoint of(Store store, NamedPaths paths, Resume resume) {
    return resume.checkpoint().map(flag -> of(store, paths, flag)).orElse(FRESH);
  }

  private static StartingPoint of(Store store, NamedPaths paths, String flag) {
    CheckpointFolder named =
        CheckpointFolder.of(paths.resolve(flag)).orElseThrow(() -> noCheckpoint(flag));
    if (new Checkpoints(store, named.outputDir()).valid(named.step()).isEmpty()) {
      throw Failure.input(
          "Cannot resume, the checkpoint is not there or damaged: %s (expected a whole one). Name another with --resume."
              .formatted(named.path()));
    }
    return new StartingPoint(Optional.of(named));
  }

  long step() {
    return checkpoint.map(CheckpointFolder::step).orElse(0L);
  }

  /** The output folder with the checkpoint; empty for a fresh start. */
  String source() {
    return checkpoint.map(CheckpointFolder::outputDir).orElse("");
  }

  /** Fails where steps of this run would be lost or there is nothing left to train. */
  void check(String outputDir, long newestOwn, long steps) {
    boolean own = checkpoint.filter(c -> c.isIn(outputDir)).isPresent();
    if (own && newestOwn > step()) {
      throw Failure.usage(
          "Cannot resume from step %d, the run has a newer checkpoint: step %d in %s (expected none). Use --resume auto, or give another --output_dir."
              .formatted(step(), newestOwn, outputDir));
    }
    if (checkpoint.isPresent() && step() >= steps) {
      throw Failure.usage(
          "Cannot resume from step %d, the run ends before: %d steps (expected more). Raise --max_steps or --num_train_epochs."
              .formatted(step(), steps));
    }
  }

  private static Failure noCheckpoint(String flag) {
    return Failure.usage(
        "Cannot resume, --resume names no checkpoint: %s (expected auto, never or a folder checkpoint-<step>). Change it."
            .formatted(flag));
  }
}
