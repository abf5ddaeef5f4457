package org.sparklora.feature;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.sparklora.Failure;
import org.sparklora.Sha256;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/**
 * A finished table that was checked on opening: which files to read, in which order, and how many
 * rows each has.
 *
 * @param info empty for LLM-Tuning's own tables, which say nothing about their tokenizer
 */
public record FeatureTable(
    String folder, TableFormat format, List<DataFile> dataFiles, Optional<FeatureTableInfo> info) {
  public FeatureTable {
    dataFiles = List.copyOf(dataFiles);
  }

  /** Opens one of our tables: its {@code _features.json} and the files that it lists. */
  public static FeatureTable open(Store store, String folder) {
    return FeatureTableInfo.read(store, folder)
        .map(info -> checked(store, folder, info))
        .orElseThrow(() -> unfinished(store, folder));
  }

  /**
   * Opens our table, or one that others made with {@code save_to_disk}: its rows are counted, which
   * reads it once. Of several splits it is the one to train on.
   */
  public static FeatureTable openTrusted(Store store, String folder) {
    return openTrusted(store, folder, List.of("train"));
  }

  /** The same; of several splits it is one that is held out. */
  public static FeatureTable openTrustedHeldOut(Store store, String folder) {
    return openTrusted(store, folder, List.of("validation", "eval", "test"));
  }

  private static FeatureTable openTrusted(Store store, String folder, List<String> splits) {
    if (SavedSplits.isOne(store, folder)) {
      return saveToDisk(store, SavedSplits.table(store, folder, splits));
    }
    return FeatureTableInfo.read(store, folder)
        .map(info -> checked(store, folder, info))
        .orElseGet(() -> saveToDisk(store, folder));
  }

  public long rows() {
    return dataFiles.stream().mapToLong(DataFile::rows).sum();
  }

  /** Equal for tables with the same rows in the same order, wherever they lie. */
  public String fingerprint() {
    return info.map(FeatureTableInfo::fingerprint)
        .orElseGet(() -> new Sha256().add(dataFiles.toString()).fingerprint());
  }

  /** The dense index of the first row of every data file, in their order. */
  public List<Long> firstRows() {
    List<Long> first = new ArrayList<>();
    long before = 0;
    for (DataFile file : dataFiles) {
      first.add(before);
      before += file.rows();
    }
    return first;
  }

  /** The full path of a data file. */
  public String path(DataFile file) {
    return Store.child(folder, file.name());
  }

  private static FeatureTable checked(Store store, String folder, FeatureTableInfo info) {
    Map<String, StoredFile> there =
        store.list(folder).stream()
            .collect(Collectors.toMap(StoredFile::name, Function.identity()));
    Set<String> names = new HashSet<>();
    for (DataFile file : info.dataFiles()) {
      if (!names.add(file.name())) {
        throw Failure.input(
            "Cannot read the feature table, %s lists a data file twice: %s (expected each once). Tokenize again with --overwrite."
                .formatted(FeatureTableInfo.FILE, Store.child(folder, file.name())));
      }
      StoredFile found = there.get(file.name());
      if (found == null || found.length() != file.bytes()) {
        throw Failure.input(
            "Cannot read the feature table, a data file is not what %s lists: %s has %s (expected %d bytes). Copy the table again, or tokenize again with --overwrite."
                .formatted(
                    FeatureTableInfo.FILE,
                    Store.child(folder, file.name()),
                    found == null ? "no file" : found.length() + " bytes",
                    file.bytes()));
      }
    }
    TableLayout layout = info.format().layout();
    info.dataFiles().parallelStream().forEach(file -> layout.checkRows(store, folder, file));
    return new FeatureTable(folder, info.format(), info.dataFiles(), Optional.of(info));
  }

  private static FeatureTable saveToDisk(Store store, String folder) {
    if (!store.exists(Store.child(folder, SaveToDisk.STATE))) {
      throw unfinished(store, folder);
    }
    TableFormat format = TableFormat.ARROW;
    List<DataFile> files = new ArrayList<>();
    for (String name : SaveToDisk.dataFileNames(store, folder)) {
      files.add(format.layout().describe(store, folder, name));
    }
    return new FeatureTable(folder, format, files, Optional.empty());
  }

  private static Failure unfinished(Store store, String folder) {
    if (!store.isDirectory(folder)) {
      return Failure.input(
          "Cannot read the feature table, its folder does not exist: %s (expected the output of the tokenize job). Check --tokenized_dataset, or tokenize first."
              .formatted(folder));
    }
    boolean savedToDisk =
        store.exists(Store.child(folder, SaveToDisk.STATE)) || SavedSplits.isOne(store, folder);
    return Failure.input(
        "Cannot read the feature table, it has no %s: %s (expected a finished table). %s"
            .formatted(
                FeatureTableInfo.FILE,
                folder,
                savedToDisk
                    ? "If it was made with the base model's own tokenizer, by LLM-Tuning or with ids and labels, add --trust_table."
                    : "Run the tokenize job again."));
  }
}
