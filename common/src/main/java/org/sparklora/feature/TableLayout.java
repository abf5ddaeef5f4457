package org.sparklora.feature;

import java.util.List;
import java.util.Set;
import org.sparklora.Failure;
import org.sparklora.storage.Store;

/**
 * How a feature table lies in its folder: tasks write one data file each, the driver describes
 * those that were committed and finishes the folder.
 */
public interface TableLayout {
  /**
   * The name of one task's file in a run; names of a run sort as the parts do. A second attempt at
   * the same part has another name, so two attempts never write to one file; files that {@code
   * _features.json} does not list are not read.
   */
  String fileName(String run, int part, int parts, int attempt);

  /** Begins the data file at {@code path}. */
  Writer writer(Store store, String path, RowColumns columns);

  /** The same for rows with one span each. */
  default Writer writer(Store store, String path) {
    return writer(store, path, RowColumns.ONE_SPAN);
  }

  /** Reads a committed data file back: its rows and size. */
  DataFile describe(Store store, String folder, String name);

  /** The names of what {@link #finish} writes. */
  Set<String> besideDataFiles();

  /**
   * Fails if a listed data file says that it holds other rows than listed. Says nothing of a format
   * whose rows are known only when all are read: {@link #wrongRows} is for their reader.
   */
  void checkRows(Store store, String folder, DataFile listed);

  /** The failure of a data file that holds other rows than listed. */
  static Failure wrongRows(String path, Object rows, long listed) {
    return Failure.input(
        "Cannot read the feature table, a data file holds other rows than %s lists: %s in %s (expected %d). Copy the table again, or tokenize again with --overwrite."
            .formatted(FeatureTableInfo.FILE, rows, path, listed));
  }

  /** Writes what stands beside the data files; {@code _features.json} comes after. */
  void finish(Store store, String folder, List<DataFile> dataFiles, RowColumns columns);

  /** Writes the rows of one data file, which is complete only after {@link #close}. */
  interface Writer extends AutoCloseable {
    void add(FeatureRow row);

    /** CRC-32C of the file's bytes, once it is closed. */
    long checksum();

    @Override
    void close();
  }
}
