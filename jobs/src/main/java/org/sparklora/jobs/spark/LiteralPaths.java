package org.sparklora.jobs.spark;

import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Spark's readers and writers of files with paths that mean themselves: no bracket begins a glob,
 * and local files have no checksum file beside them, whose name Hadoop cannot make for a name with
 * a colon.
 */
public final class LiteralPaths {
  private static final Map<String, String> OPTIONS =
      Map.of(
          "fs.file.impl", RawLocalFileSystem.class.getName(), "fs.file.impl.disable.cache", "true");

  private LiteralPaths() {}

  public static DataFrameReader reader(SparkSession session) {
    return session.read().options(OPTIONS);
  }

  /** Paths as the reader needs them. */
  public static String[] escaped(List<String> paths) {
    return paths.stream()
        .map(p -> p.replaceAll("[\\[\\]{}*?\\\\]", "\\\\$0"))
        .toArray(String[]::new);
  }

  /** A writer that adds files to a folder. */
  public static DataFrameWriter<Row> writer(DataFrameWriter<Row> writer) {
    return writer.mode("append").options(OPTIONS);
  }
}
