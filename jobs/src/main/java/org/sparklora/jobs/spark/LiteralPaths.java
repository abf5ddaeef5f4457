package org.sparklora.jobs.spark;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparklora.Failure;
import org.sparklora.storage.StorePath;
import org.sparklora.storage.StoreWatch;

/** Spark's readers and writers of files with paths that mean themselves: no bracket is a glob. */
public final class LiteralPaths {
  private static final Map<String, String> OPTIONS =
      Map.of(
          "fs.file.impl", LiteralLocalFiles.class.getName(), "fs.file.impl.disable.cache", "true");

  private static final Pattern SPECIAL = Pattern.compile("[\\[\\]{}*?\\\\]");

  private LiteralPaths() {}

  public static DataFrameReader reader(SparkSession session) {
    return session.read().options(OPTIONS);
  }

  /** Parquet files of these URIs, which are listed and, without a schema, opened at once. */
  public static Dataset<Row> parquet(DataFrameReader reader, List<String> files) {
    String first = files.isEmpty() ? "no files" : files.get(0).replaceFirst("^file:/*", "/");
    String others = files.size() > 1 ? " and %d others".formatted(files.size() - 1) : "";
    return StoreWatch.asking(
        "open the Parquet files", first + others, () -> reader.parquet(escaped(files)));
  }

  /** Paths as the reader needs them. */
  public static String[] escaped(List<String> paths) {
    return paths.stream().map(LiteralPaths::escaped).toArray(String[]::new);
  }

  private static String escaped(String path) {
    Matcher special = SPECIAL.matcher(path);
    if (special.find()
        && !StorePath.isLocal(path)
        && new Path(path).toUri().getPath().contains(":")) {
      throw Failure.input(
          "Cannot read a Parquet file, Spark reads no path with both a colon and '%s' on this store: %s (expected one of the two). Rename it."
              .formatted(special.group(), path));
    }
    return special.replaceAll("\\\\$0");
  }

  /** A writer that adds files to a folder. */
  public static DataFrameWriter<Row> writer(DataFrameWriter<Row> writer) {
    return writer.mode("append").options(OPTIONS);
  }
}
