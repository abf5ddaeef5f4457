package org.sparklora.feature;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.sparklora.storage.Store;

/** Arrow files as Hugging Face's {@code save_to_disk} lays them out. */
final class ArrowLayout implements TableLayout {
  @Override
  public String fileName(String run, int part, int parts, int attempt) {
    String name = "data-%05d-of-%05d-%s".formatted(part, parts, run);
    return (attempt == 0 ? name : name + "-" + attempt) + ".arrow";
  }

  @Override
  public Writer writer(Store store, String path, RowColumns columns) {
    return ArrowTableWriter.create(store, path, columns);
  }

  @Override
  public DataFile describe(Store store, String folder, String name) {
    String path = Store.child(folder, name);
    try (ArrowTableReader reader = ArrowTableReader.open(store, path)) {
      return new DataFile(name, reader.countRows(), store.length(path));
    }
  }

  @Override
  public Set<String> besideDataFiles() {
    return Set.of(SaveToDisk.STATE, SaveToDisk.INFO);
  }

  /** How many there are is known once all are read; none is shorter than a byte. */
  @Override
  public void checkRows(Store store, String folder, DataFile listed) {
    if (listed.rows() < 0 || listed.rows() > listed.bytes()) {
      throw TableLayout.wrongRows(
          Store.child(folder, listed.name()),
          "at most " + listed.bytes() + " in its bytes",
          listed.rows());
    }
  }

  /** Writes {@code dataset_info.json} and {@code state.json}. */
  @Override
  public void finish(Store store, String folder, List<DataFile> dataFiles, RowColumns columns) {
    List<String> names = dataFiles.stream().map(DataFile::name).toList();
    // Names the caches that datasets makes of this table, so no two tables may share one.
    long fingerprint = UUID.randomUUID().getMostSignificantBits();
    SaveToDisk.write(store, folder, names, "%016x".formatted(fingerprint), columns);
  }
}
