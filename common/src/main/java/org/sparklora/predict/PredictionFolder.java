package org.sparklora.predict;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sparklora.Failure;
import org.sparklora.storage.DescribedFolder;
import org.sparklora.storage.RunFolder;
import org.sparklora.storage.Store;

/** The folder that predictions are written to: what lies there decides whether they may be. */
public final class PredictionFolder implements DescribedFolder<PredictionsInfo> {
  private final Store store;
  private final String folder;
  private final RunFolder runs;
  private final boolean overwrites;

  private PredictionFolder(Store store, String folder, boolean overwrites) {
    this.store = store;
    this.folder = folder;
    this.overwrites = overwrites;
    this.runs =
        new RunFolder(
            store,
            folder,
            PredictionsInfo.FILE,
            Set.of(),
            () -> there().map(PredictionsInfo::fileNames).orElse(Set.of()));
  }

  /** A folder where equal predictions are kept and others are in the way. */
  public static PredictionFolder at(Store store, String folder) {
    return new PredictionFolder(store, folder, false);
  }

  /** A folder where any predictions that lie there are made again. */
  public static PredictionFolder overwriting(Store store, String folder) {
    return new PredictionFolder(store, folder, true);
  }

  /** The finished table if it is the one that would be made; fails if it is another. */
  public Optional<PredictionsInfo> same(PredictionFormat format, Map<String, String> madeFrom) {
    Optional<PredictionsInfo> found =
        overwrites ? Optional.empty() : PredictionsInfo.read(store, folder);
    List<String> differences = found.map(f -> f.differences(format, madeFrom)).orElse(List.of());
    if (!differences.isEmpty()) {
      throw Failure.usage(
          "Cannot write the answers, others lie there: %s differs in %s (expected the same or none). Add --overwrite or change --output_dir."
              .formatted(folder, String.join(", ", differences)));
    }
    return found;
  }

  @Override
  public void requireFree() {
    runs.requireFree("write the answers, their folder", "--output_dir");
  }

  @Override
  public boolean isOurs() {
    return runs.isOurs();
  }

  @Override
  public void begin(String run) {
    requireFree();
    runs.begin(run);
  }

  @Override
  public void finish(PredictionsInfo info) {
    Optional<PredictionsInfo> before = there();
    runs.describe(before.map(PredictionsInfo::toJson), () -> info.write(store, folder));
    runs.finish(before.map(PredictionsInfo::fileNames).orElse(Set.of()), info.fileNames());
  }

  @Override
  public void abandon() {
    runs.abandon();
  }

  /** The finished table; one whose description cannot be read lists nothing. */
  private Optional<PredictionsInfo> there() {
    return RunFolder.readable(() -> PredictionsInfo.read(store, folder));
  }
}
