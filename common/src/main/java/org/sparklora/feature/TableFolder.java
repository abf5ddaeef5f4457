package org.sparklora.feature;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparklora.Failure;
import org.sparklora.storage.DescribedFolder;
import org.sparklora.storage.MarkedFolder;
import org.sparklora.storage.PlainPath;
import org.sparklora.storage.Store;

/** The folder that a table is made in: what lies there decides whether it may be made. */
public final class TableFolder implements DescribedFolder<FeatureTableInfo> {
  private static final String SAVE_TO_DISK = "state.json";

  private final Store store;
  private final String folder;
  private final MarkedFolder marked;
  private final boolean overwrites;

  private TableFolder(Store store, String folder, boolean overwrites) {
    this.store = store;
    this.folder = folder;
    this.overwrites = overwrites;
    this.marked = new MarkedFolder(store, folder, FeatureTableInfo.FILE);
  }

  /** A folder where an equal table is kept and another one is in the way. */
  public static TableFolder at(Store store, String folder) {
    return new TableFolder(store, folder, false);
  }

  /** A folder where any table that lies there is made again. */
  public static TableFolder overwriting(Store store, String folder) {
    return new TableFolder(store, folder, true);
  }

  /** The finished table if it is the one that would be made; fails if it is another. */
  public Optional<FeatureTableInfo> same(TableOrigin origin, TableFormat format) {
    Optional<FeatureTableInfo> found =
        overwrites ? Optional.empty() : FeatureTableInfo.read(store, folder);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    List<String> differences = differences(found.get(), origin, format);
    if (!differences.isEmpty()) {
      throw Failure.usage(
          "Cannot make the feature table, another one lies there: %s differs in %s (expected the same or none). Add --overwrite or change --save_name."
              .formatted(folder, String.join(", ", differences)));
    }
    return FeatureTable.open(store, folder).info();
  }

  @Override
  public void begin() {
    boolean savedToDisk = marked.has(SAVE_TO_DISK);
    Optional<String> obstacle = marked.obstacle().filter(o -> !(overwrites && savedToDisk));
    if (obstacle.isPresent()) {
      throw Failure.usage(
          "Cannot make the feature table, its folder holds something else: %s with %s (expected an empty or new folder). Change --save_name%s."
              .formatted(folder, obstacle.get(), savedToDisk ? " or add --overwrite" : ""));
    }
    marked.begin();
    store.deleteTree(quarantine());
  }

  @Override
  public void finish(FeatureTableInfo info) {
    info.write(store, folder);
    marked.finish();
  }

  @Override
  public void clear() {
    marked.clear();
  }

  public String quarantine() {
    return folder + ".quarantine";
  }

  private static List<String> differences(
      FeatureTableInfo found, TableOrigin wanted, TableFormat format) {
    TableOrigin was = found.madeFrom();
    List<String> differences = new ArrayList<>();
    note(differences, "--format", found.format().word(), format.word());
    note(
        differences,
        "--model_checkpoint",
        PlainPath.of(was.modelCheckpoint()),
        PlainPath.of(wanted.modelCheckpoint()));
    note(differences, "tokenizer", was.codecFingerprint(), wanted.codecFingerprint());
    note(differences, "eos token id", was.eosTokenId(), wanted.eosTokenId());
    note(differences, "--prompt_key", was.promptKey(), wanted.promptKey());
    note(differences, "--target_key", was.targetKey(), wanted.targetKey());
    note(differences, "--encoding", was.encoding(), wanted.encoding());
    note(differences, "--cut_policy", was.cutPolicy(), wanted.cutPolicy());
    note(differences, "--max_seq_length", was.maxSeqLength(), wanted.maxSeqLength());
    if (!was.sources().equals(wanted.sources())) {
      differences.add("the input files (names, sizes or times)");
    }
    return differences;
  }

  private static void note(List<String> differences, String what, Object was, Object wanted) {
    if (!was.equals(wanted)) {
      differences.add("%s (%s there, %s now)".formatted(what, was, wanted));
    }
  }
}
