package org.sparklora.jobs.run;

import java.io.Serializable;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.execution.datasources.SQLHadoopMapReduceCommitProtocol;
import org.sparklora.jobs.spark.LiteralPaths;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/** The files of one run in its output folder. Their names carry the run's id. */
public record RunFiles(String folder, String run) implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String PROTOCOL = "spark.sql.sources.commitProtocolClass";
  private static final String USUAL = SQLHadoopMapReduceCommitProtocol.class.getName();

  /**
   * Writes rows with Spark's own writer of this format beside what lies there: the data files that
   * are new, sorted by name.
   */
  public List<StoredFile> write(Store store, Dataset<Row> rows, String format) {
    return write(store, rows, format, "");
  }

  /**
   * As above, of rows whose first one a task has to wait for.
   *
   * @param source what Spark's readers take the rows from
   */
  public List<StoredFile> write(Store store, Dataset<Row> rows, String format, String source) {
    Set<String> before =
        store.list(folder).stream().map(StoredFile::name).collect(Collectors.toSet());
    boolean direct = commitDirectly(rows.sparkSession().conf());
    // The contract is the folder's mark; a second one would only mislead.
    LiteralPaths.writer(rows.write())
        .option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
        .option(DirectCommits.RUN, run)
        .option(DirectCommits.SOURCE, source)
        .format(format)
        .save(SparkStorage.uri(store, folder));
    Set<String> committed = DirectCommits.committed(run);
    return store.list(folder).stream()
        .filter(
            f ->
                direct
                    ? committed.contains(f.name())
                    : f.name().startsWith("part-") && !before.contains(f.name()))
        .toList();
  }

  /** Whether files go to their places at once; a committer that the user chose stays. */
  private static boolean commitDirectly(RuntimeConfig settings) {
    if (settings.get(PROTOCOL, USUAL).equals(USUAL)) {
      settings.set(PROTOCOL, DirectCommits.class.getName());
    }
    return settings.get(PROTOCOL).equals(DirectCommits.class.getName());
  }
}
