package org.sparklora.jobs.tokenize;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.sparklora.Failure;
import org.sparklora.Vocabulary;
import org.sparklora.feature.DataFile;
import org.sparklora.feature.FeatureTable;
import org.sparklora.feature.TableFormat;
import org.sparklora.jobs.spark.TableRows;
import org.sparklora.storage.StorageSettings;

/**
 * The rows of the data files that Spark's writer made. It tells nobody which bytes it wrote, so
 * what the files hold is read and held against what the tasks made.
 */
record WrittenRows(SparkSession session, StorageSettings storage, String folder) {
  private static final Vocabulary ANY = new Vocabulary(Integer.MAX_VALUE);

  /** Fails if the files hold other rows than those whose {@code content} sums up to this. */
  void check(List<DataFile> files, long content) {
    FeatureTable table = new FeatureTable(folder, TableFormat.PARQUET, files, Optional.empty());
    long found =
        new TableRows(session, storage, table, ANY).map(WrittenRows::content).fold(0L, Long::sum);
    if (found != content) {
      throw Failure.storage(
          "Cannot read the feature table back, its files hold other rows than were written: %s with content %016x (expected %016x). Check the store and run again."
              .formatted(folder, found, content),
          null);
    }
  }

  private static Iterator<Long> content(Iterator<TableRows.Indexed> rows) {
    long sum = 0;
    while (rows.hasNext()) {
      sum += rows.next().row().content();
    }
    return List.of(sum).iterator();
  }
}
