package org.sparklora.predict;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparklora.Failure;
import org.sparklora.storage.MarkedFolder;
import org.sparklora.storage.Store;

/** The folder that answers are written to: what lies there decides whether they may be. */
public final class AnswerFolder {
  private final Store store;
  private final String folder;
  private final MarkedFolder marked;

  public AnswerFolder(Store store, String folder) {
    this.store = store;
    this.folder = folder;
    this.marked = new MarkedFolder(store, folder, PredictionsInfo.FILE);
  }

  /** The finished table if it is the one that would be made; fails if it is another. */
  public Optional<PredictionsInfo> same(PredictionFormat format, Map<String, String> madeFrom) {
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
  public void begin() {
    Optional<String> obstacle = marked.obstacle();
    if (obstacle.isPresent()) {
      throw Failure.usage(
          "Cannot write the answers, their folder holds something else: %s with %s (expected an empty or new folder). Change --output_dir."
              .formatted(folder, obstacle.get()));
    }
    marked.begin();
  }

  /** Marks the table as finished. */
  public void finish(PredictionsInfo info) {
    info.write(store, folder);
    marked.finish();
  }

  /** Deletes the answers that are there; the folder stays unfinished. */
  public void clear() {
    marked.clear();
  }
}
