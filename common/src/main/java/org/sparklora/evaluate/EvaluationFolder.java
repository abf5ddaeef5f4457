package org.sparklora.evaluate;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sparklora.Failure;
import org.sparklora.storage.DescribedFolder;
import org.sparklora.storage.RunFolder;
import org.sparklora.storage.Store;

/** The folder that an evaluation is written to: what lies there decides whether it may be. */
public final class EvaluationFolder implements DescribedFolder<EvaluationInfo> {
  private final Store store;
  private final String folder;
  private final RunFolder runs;
  private final boolean overwrites;

  private EvaluationFolder(Store store, String folder, boolean overwrites) {
    this.store = store;
    this.folder = folder;
    this.overwrites = overwrites;
    this.runs = new RunFolder(store, folder, EvaluationInfo.FILE, Set.of(), Set::of);
  }

  /** A folder where an equal evaluation is kept and another is in the way. */
  public static EvaluationFolder at(Store store, String folder) {
    return new EvaluationFolder(store, folder, false);
  }

  /** A folder where any evaluation that lies there is made again. */
  public static EvaluationFolder overwriting(Store store, String folder) {
    return new EvaluationFolder(store, folder, true);
  }

  /** The finished evaluation if it is the one that would be made; fails if it is another. */
  public Optional<EvaluationInfo> same(Map<String, String> madeFrom) {
    Optional<EvaluationInfo> found =
        overwrites ? Optional.empty() : EvaluationInfo.read(store, folder);
    List<String> differences = found.map(f -> f.differences(madeFrom)).orElse(List.of());
    if (!differences.isEmpty()) {
      throw Failure.usage(
          "Cannot write the evaluation, another lies there: %s differs in %s (expected the same or none). Add --overwrite or change --output_dir."
              .formatted(folder, String.join(", ", differences)));
    }
    return found;
  }

  /** The base's fingerprint in the evaluation that is kept there, if it says one. */
  public String knownBase() {
    return overwrites
        ? ""
        : EvaluationInfo.read(store, folder)
            .map(info -> info.madeFrom().getOrDefault("base_fingerprint", ""))
            .orElse("");
  }

  @Override
  public void requireFree() {
    runs.requireFree("write the evaluation, its folder", "--output_dir");
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
  public void finish(EvaluationInfo info) {
    Optional<EvaluationInfo> before = RunFolder.readable(() -> EvaluationInfo.read(store, folder));
    runs.describe(before.map(EvaluationInfo::toJson), () -> info.write(store, folder));
    runs.finish(Set.of(), Set.of());
  }

  @Override
  public void abandon() {
    runs.abandon();
  }
}
