package org.sparklora.jobs;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparklora.Failure;
import org.sparklora.predict.AnswerFormat;
import org.sparklora.predict.PredictionsInfo;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/** The folder that answers are written to: what lies there decides whether they may be. */
final class AnswerFolder {
  /** Stands in the folder from before the first data file until after {@code _predictions.json}. */
  private static final String UNFINISHED = "_unfinished";

  private final Store store;
  private final String folder;

  AnswerFolder(Store store, String folder) {
    this.store = store;
    this.folder = folder;
  }

  /** The finished table if it is the one that would be made; fails if it is another. */
  Optional<PredictionsInfo> same(AnswerFormat format, Map<String, String> madeFrom) {
    Optional<PredictionsInfo> found = PredictionsInfo.read(store, folder);
    List<String> differences = found.map(f -> f.differences(format, madeFrom)).orElse(List.of());
    if (!differences.isEmpty()) {
      throw Failure.usage(
          "Cannot write the answers, others lie there: %s differs in %s (expected the same or none). Add --overwrite or change --output_dir."
              .formatted(folder, String.join(", ", differences)));
    }
    return found;
  }

  /**
   * Empties the folder and marks it; fails where it holds something that is no table of answers.
   */
  void begin() {
    List<StoredFile> there = store.list(folder);
    boolean ours = has(there, PredictionsInfo.FILE) || has(there, UNFINISHED);
    boolean isFile = store.status(folder).filter(f -> !f.isDirectory()).isPresent();
    if (isFile || !(there.isEmpty() || ours)) {
      throw Failure.usage(
          "Cannot write the answers, their folder holds something else: %s with %s (expected an empty or new folder). Change --output_dir."
              .formatted(folder, isFile ? "a file" : there.get(0).name()));
    }
    store.writeText(Store.child(folder, UNFINISHED), "Answers are being written here.\n");
    store.delete(Store.child(folder, PredictionsInfo.FILE));
    clear();
  }

  /** Marks the table as finished. */
  void finish(PredictionsInfo info) {
    info.write(store, folder);
    store.delete(Store.child(folder, UNFINISHED));
  }

  /** Deletes everything but the mark. */
  void clear() {
    for (StoredFile file : store.list(folder)) {
      if (!file.name().equals(UNFINISHED)) {
        store.deleteTree(file.path());
      }
    }
  }

  private static boolean has(List<StoredFile> files, String name) {
    return files.stream().anyMatch(f -> f.name().equals(name));
  }
}
