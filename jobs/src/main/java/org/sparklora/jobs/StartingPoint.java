package org.sparklora.jobs;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sparklora.Failure;
import org.sparklora.checkpoint.Checkpoints;
import org.sparklora.storage.Store;

/**
 * Where a run begins that has no checkpoint of its own.
 *
 * @param folder the checkpoint that {@code --resume} names; empty for a fresh start
 */
record StartingPoint(long step, String folder) {
  static final StartingPoint FRESH = new StartingPoint(0, "");

  private static final Pattern CHECKPOINT = Pattern.compile("(.*)/checkpoint-(\\d{1,18})/?");

  /** Reads {@code --resume auto|never|DIR}; fails when the folder is no valid checkpoint. */
  static StartingPoint of(Store store, Places places, String flag) {
    if (flag.equals("auto") || flag.equals("never")) {
      return FRESH;
    }
    String folder = places.resolve(flag);
    Matcher name = CHECKPOINT.matcher(folder);
    if (!name.matches()) {
      throw Failure.usage(
          "Cannot resume, --resume names no checkpoint: %s (expected auto, never or a folder checkpoint-<step>). Change it."
              .formatted(flag));
    }
    long step = Long.parseLong(name.group(2));
    if (new Checkpoints(store, name.group(1)).valid(step).isEmpty()) {
      throw Failure.input(
          "Cannot resume, the checkpoint is not there or damaged: %s (expected a whole one). Name another with --resume."
              .formatted(folder));
    }
    return new StartingPoint(step, folder);
  }

  /** Fails where steps of this run would be lost or there is nothing left to train. */
  void check(String outputDir, long newestOwn, long steps) {
    boolean own = folder.startsWith(Store.child(outputDir, "checkpoint-"));
    if (own && newestOwn > step) {
      throw Failure.usage(
          "Cannot resume from step %d, the run has a newer checkpoint: step %d in %s (expected none). Use --resume auto, or give another --output_dir."
              .formatted(step, newestOwn, outputDir));
    }
    if (!folder.isEmpty() && step >= steps) {
      throw Failure.usage(
          "Cannot resume from step %d, the run ends before: %d steps (expected more). Raise --max_steps or --num_train_epochs."
              .formatted(step, steps));
    }
  }
}
