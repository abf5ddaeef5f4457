package org.sparklora.feature;

import java.util.List;
import java.util.UUID;
import org.sparklora.storage.Store;

/**
 * The Arrow layout of a feature table, Hugging Face's {@code save_to_disk}: tasks write one {@link
 * ArrowTableWriter data file} each, the driver describes them and finishes the folder.
 */
public final class ArrowTable {
  private ArrowTable() {}

  /**
   * The name of one task's file. A second attempt at the same part has another name, so two
   * attempts never write to one file; files that {@code _features.json} does not list are not read.
   */
  public static String fileName(int part, int parts, int attempt) {
    String name = "data-%05d-of-%05d".formatted(part, parts);
    return (attempt == 0 ? name : name + "-" + attempt) + ".arrow";
  }

  /** Reads a committed data file back: its rows and size. */
  public static DataFile describe(Store store, String folder, String name) {
    String path = Store.child(folder, name);
    try (ArrowTableReader reader = ArrowTableReader.open(store, path)) {
      return new DataFile(name, reader.countRows(), store.length(path));
    }
  }

  /**
   * Writes {@code dataset_info.json} and {@code state.json}. {@code _features.json} comes after.
   */
  public static void finish(Store store, String folder, List<DataFile> dataFiles) {
    List<String> names = dataFiles.stream().map(DataFile::name).toList();
    // Names the caches that datasets makes of this table, so no two tables may share one.
    long fingerprint = UUID.randomUUID().getMostSignificantBits();
    SaveToDisk.write(store, folder, names, "%016x".formatted(fingerprint));
  }
}
