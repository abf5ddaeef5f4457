package org.sparklora.jobs.tokenize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparklora.Fixtures;
import org.sparklora.config.Settings;
import org.sparklora.feature.ArrowTableReader;
import org.sparklora.feature.DataFile;
import org.sparklora.feature.FeatureRow;
import org.sparklora.feature.FeatureTable;
import org.sparklora.feature.TableFormat;
import org.sparklora.jobs.spark.LiteralPaths;
import org.sparklora.storage.Store;
import org.sparklora.tokenize.TokenizeConfig;

/** A tokenize job for tests: flags with test defaults, and its table's rows in dense order. */
public final class TokenizeCorpus {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, String> flags = new LinkedHashMap<>();
  private List<String> mixed = List.of();
  private final SparkSession session;
  private final Path table;

  public TokenizeCorpus(SparkSession session, Path folder) {
    this.session = session;
    this.table = folder.resolve("table");
    with("save_name", table.toString());
    with("prompt_key", "q");
    with("target_key", "a");
    with("max_seq_length", "128");
    with("cut_policy", "seed");
    family("llama");
  }

  public TokenizeCorpus family(String family) {
    with("input_file", Fixtures.path(family, "corpus.jsonl").toString());
    return with("model_checkpoint", Fixtures.path(family, "model").toString());
  }

  public TokenizeCorpus with(String flag, String value) {
    flags.put(flag, value);
    return this;
  }

  public TokenizeCorpus without(String flag) {
    flags.remove(flag);
    return this;
  }

  /** Several corpora in place of the one. */
  public TokenizeCorpus mix(String... corpora) {
    mixed = List.of(corpora);
    return without("input_file");
  }

  public TokenizeResult run() {
    Settings settings =
        Settings.parse(TokenizeConfig.options(), arguments().toArray(new String[0]));
    return TokenizeJob.run(session, settings.build(TokenizeConfig::of));
  }

  public List<String> arguments() {
    List<String> all = new ArrayList<>();
    flags.forEach((name, value) -> all.add("--" + name + "=" + value));
    mixed.forEach(corpus -> all.add("--input_file=" + corpus));
    return all;
  }

  public Path table() {
    return table;
  }

  public Path quarantine() {
    return table.resolveSibling("table.quarantine");
  }

  public List<JsonNode> quarantined() throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    try (var files = Files.list(quarantine())) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        for (String line : Files.readAllLines(file)) {
          rows.add(JSON.readTree(line));
        }
      }
    }
    return rows;
  }

  /** The table's rows in dense order, read from the files that it lists. */
  public List<FeatureRow> rows() {
    return rows(session, Store.local(), table.toString());
  }

  public static List<FeatureRow> rows(SparkSession session, Store store, String table) {
    FeatureTable opened = FeatureTable.open(store, table);
    List<FeatureRow> rows = new ArrayList<>();
    for (DataFile file : opened.dataFiles()) {
      if (opened.format() == TableFormat.ARROW) {
        try (ArrowTableReader reader = ArrowTableReader.open(store, opened.path(file))) {
          reader.forEachRemaining(rows::add);
        }
      } else {
        List<Row> read =
            LiteralPaths.reader(session)
                .parquet(LiteralPaths.escaped(List.of(opened.path(file))))
                .orderBy("_metadata.row_index")
                .collectAsList();
        read.forEach(r -> rows.add(FeatureColumns.featureRow(r)));
      }
    }
    assertEquals(opened.rows(), rows.size());
    return rows;
  }

  public static void assertRows(List<JsonNode> expected, List<FeatureRow> rows) {
    assertEquals(expected.size(), rows.size());
    for (int i = 0; i < rows.size(); i++) {
      assertEquals(
          Arrays.toString(Fixtures.ints(expected.get(i).get("input_ids"))),
          Arrays.toString(rows.get(i).inputIds()),
          "row " + i);
      assertEquals(expected.get(i).get("seq_len").asInt(), rows.get(i).seqLen(), "row " + i);
    }
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
