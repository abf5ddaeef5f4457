package org.sparklora.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparklora.Failure;
import org.sparklora.feature.FeatureTable;
import org.sparklora.feature.FeatureTableInfo;
import org.sparklora.feature.TableFormat;
import org.sparklora.feature.TableOrigin;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/** The folder that a table is made in: what lies there decides whether it may be made. */
final class TableFolder {
  /** Stands in the folder from before the first data file until after {@code _features.json}. */
  private static final String UNFINISHED = "_unfinished";

  private static final String SAVE_TO_DISK = "state.json";

  private final Store store;
  private final String folder;

  TableFolder(Store store, String folder) {
    this.store = store;
    this.folder = folder;
  }

  /** The finished table if it is the one that would be made; fails if it is another. */
  Optional<FeatureTable> same(TableOrigin origin, TableFormat format) {
    Optional<FeatureTableInfo> found = FeatureTableInfo.read(store, folder);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    List<String> differences = differences(found.get(), origin, format);
    if (!differences.isEmpty()) {
      throw Failure.usage(
          "Cannot make the feature table, another one lies there: %s differs in %s (expected the same or none). Add --overwrite or change --save_name."
              .formatted(folder, String.join(", ", differences)));
    }
    return Optional.of(FeatureTable.open(store, folder));
  }

  /** Empties the folder and marks it; fails where it holds something that is no table. */
  void begin(boolean overwrite) {
    List<StoredFile> there = store.list(folder);
    boolean ours = has(there, FeatureTableInfo.FILE) || has(there, UNFINISHED);
    boolean replaceable = ours || (overwrite && has(there, SAVE_TO_DISK));
    boolean isFile = store.status(folder).filter(f -> !f.isDirectory()).isPresent();
    if (isFile || !(there.isEmpty() || replaceable)) {
      throw Failure.usage(
          "Cannot make the feature table, its folder holds something else: %s with %s (expected an empty or new folder). Change --save_name%s."
              .formatted(
                  folder,
                  isFile ? "a file" : there.get(0).name(),
                  has(there, SAVE_TO_DISK) ? " or add --overwrite" : ""));
    }
    store.writeText(Store.child(folder, UNFINISHED), "A table is being made here.\n");
    store.delete(Store.child(folder, FeatureTableInfo.FILE));
    clear();
    store.deleteTree(quarantine());
  }

  /** Marks the table as finished. */
  void finish(FeatureTableInfo info) {
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

  String quarantine() {
    return folder + ".quarantine";
  }

  private static boolean has(List<StoredFile> files, String name) {
    return files.stream().anyMatch(f -> f.name().equals(name));
  }

  private static List<String> differences(
      FeatureTableInfo found, TableOrigin wanted, TableFormat format) {
    TableOrigin was = found.madeFrom();
    List<String> differences = new ArrayList<>();
    note(differences, "--format", found.format().word(), format.word());
    note(differences, "--model_checkpoint", was.modelCheckpoint(), wanted.modelCheckpoint());
    note(differences, "tokenizer", was.codecFingerprint(), wanted.codecFingerprint());
    note(differences, "eos token id", was.eosTokenId(), wanted.eosTokenId());
    note(differences, "--prompt_key", was.promptKey(), wanted.promptKey());
    note(differences, "--target_key", was.targetKey(), wanted.targetKey());
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
