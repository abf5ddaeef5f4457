package org.sparklora.feature;

import java.util.List;
import java.util.Set;
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
  Writer writer(Store store, String path);

  /** Reads a committed data file back: its rows and size. */
  DataFile describe(Store store, String folder, String name);

  /** The names of what {@link #finish} writes. */
  Set<String> besideDataFiles();

  /** Writes what stands beside the data files; {@code _features.json} comes after. */
  void finish(Store store, String folder, List<DataFile> dataFiles);

  /** Writes the rows of one data file, which is complete only after {@link #close}. */
  interface Writer extends AutoCloseable {
    void add(FeatureRow row);

    /** CRC-32C of the file's bytes, once it is closed. */
    long checksum();

    @Override
    void close();
  }
}
