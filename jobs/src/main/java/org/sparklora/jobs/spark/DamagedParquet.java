package org.sparklora.jobs.spark;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sparklora.Failure;

/** Tells a Parquet file with damaged pages from a store that fails and from a defect. */
final class DamagedParquet {
  /** What Spark says around an error of its readers; the path is a URI. */
  private static final Pattern FILE = Pattern.compile("reading file (\\S+?)\\.(?:\\s|$)");

  /** Those that decode and unpack. */
  private static final List<String> DECODERS =
      List.of(
          "org.apache.parquet.",
          "org.apache.spark.sql.execution.datasources.parquet.",
          "org.xerial.snappy.",
          "com.github.luben.zstd.",
          "net.jpountz.",
          "io.airlift.compress.",
          "org.apache.hadoop.io.compress.");

  private static final int NEAR = 8; // frames

  private DamagedParquet() {}

  static Optional<Failure> failure(List<Throwable> chain) {
    return chain.stream()
        .filter(DamagedParquet::isDecoding)
        .findFirst()
        .map(
            e ->
                Failure.input(
                    "Cannot read a Parquet file, its data is damaged: %s (expected whole pages). Copy it again."
                        .formatted(file(chain)),
                    chain.get(0)));
  }

  private static boolean isDecoding(Throwable thrown) {
    // A store that fails below the decoder has its own frames first.
    int frames = thrown instanceof IOException ? 1 : NEAR;
    return isOfDecoder(thrown.getClass().getName())
        || Arrays.stream(thrown.getStackTrace())
            .limit(frames)
            .anyMatch(f -> isOfDecoder(f.getClassName()));
  }

  private static boolean isOfDecoder(String type) {
    return DECODERS.stream().anyMatch(type::startsWith);
  }

  private static String file(List<Throwable> chain) {
    return chain.stream()
        .map(e -> FILE.matcher(String.valueOf(e.getMessage())))
        .filter(Matcher::find)
        .map(m -> SparkStorage.path(m.group(1)))
        .findFirst()
        .orElse("one of those that were read");
  }
}
