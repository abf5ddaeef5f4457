package org.sparklora.jobs.predict;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparklora.Fixtures;
import org.sparklora.config.Settings;
import org.sparklora.predict.PredictConfig;
import org.sparklora.predict.PredictionsInfo;
import org.sparklora.predict.PredictionsInfo.PredictionFile;
import org.sparklora.storage.Store;

/** A predict job for tests: flags with test defaults, and its table's rows in order. */
public final class PredictPrompts {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, String> flags = new LinkedHashMap<>();
  private final SparkSession session;
  private final Path table;

  public PredictPrompts(SparkSession session, Path folder) {
    this.session = session;
    this.table = folder.resolve("answers");
    with("output_dir", table.toString());
    with("prompt_key", "q");
    with("max_new_tokens", "8");
    with("format", "jsonl");
    family("llama");
  }

  public PredictPrompts family(String family) {
    with("input_file", Fixtures.path(family, "corpus.jsonl").toString());
    return with("model_checkpoint", Fixtures.path(family, "model").toString());
  }

  public PredictPrompts with(String flag, String value) {
    flags.put(flag, value);
    return this;
  }

  public PredictResult run() {
    String[] arguments =
        flags.entrySet().stream()
            .map(e -> "--" + e.getKey() + "=" + e.getValue())
            .toArray(String[]::new);
    return PredictJob.run(
        session, Settings.parse(PredictConfig.options(), arguments).build(PredictConfig::of));
  }

  public Path table() {
    return table;
  }

  public PredictionsInfo info() {
    return PredictionsInfo.read(Store.local(), table.toString()).orElseThrow();
  }

  /** The rows of the files that {@code _predictions.json} lists, in their order. */
  public List<JsonNode> rows() throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (PredictionFile file : info().files()) {
      Path path = table.resolve(file.name());
      List<String> lines =
          file.name().endsWith(".parquet")
              ? session.read().parquet(path.toString()).toJSON().collectAsList()
              : Files.readAllLines(path);
      for (String line : lines) {
        rows.add(JSON.readTree(line));
      }
    }
    return rows;
  }

  public List<String> column(String name) throws IOException {
    return rows().stream().map(r -> r.get(name).asText()).toList();
  }

  /** What lies in the folder, but for checksums of a local Hadoop. */
  public List<String> files() throws IOException {
    try (var files = Files.list(table)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(n -> !n.endsWith(".crc"))
          .sorted()
          .toList();
    }
  }

  /** The first rows of the family's corpus in another kind of file. */
  public static Path parquet(SparkSession session, Path folder, int rows) {
    Path target = folder.resolve("prompts.parquet");
    List<Row> corpus =
        session
            .read()
            .json(Fixtures.path("llama", "corpus.jsonl").toString())
            .select("a", "q")
            .limit(rows)
            .collectAsList();
    session
        .createDataFrame(corpus, corpus.get(0).schema())
        .repartition(3)
        .write()
        .parquet(target.toString());
    return target;
  }
}
