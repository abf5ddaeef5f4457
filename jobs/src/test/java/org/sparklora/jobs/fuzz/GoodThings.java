package org.sparklora.jobs.fuzz;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.sparklora.Fixtures;
import org.sparklora.jobs.tokenize.TokenizeCorpus;

/** Whole feature tables, made once. */
final class GoodThings {
  private static final int ROWS = 24;

  private final SparkSession session;
  private final Path folder;

  GoodThings(SparkSession session, Path folder) {
    this.session = session;
    this.folder = folder;
  }

  Path table(String family, String format) throws java.io.IOException {
    Path place = folder.resolve(family + "-" + format);
    if (!Files.exists(place)) {
      Path corpus = Files.createDirectories(place).resolve("corpus.jsonl");
      try (Stream<String> lines = Files.lines(Fixtures.path(family, "corpus.jsonl"))) {
        List<String> first = lines.limit(ROWS).toList();
        Files.write(corpus, first);
      }
      new TokenizeCorpus(session, place)
          .family(family)
          .with("input_file", corpus.toString())
          .with("format", format)
          .run();
    }
    return place.resolve("table");
  }
}
