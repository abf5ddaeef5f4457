package org.sparklora.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.feature.DataFile;
import org.sparklora.feature.FeatureRow;
import org.sparklora.feature.FeatureTable;
import org.sparklora.feature.FeatureTableInfo;
import org.sparklora.feature.TableFormat;
import org.sparklora.feature.TableLayout;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.spark.Causes;
import org.sparklora.jobs.tokenize.TokenizeCorpus;
import org.sparklora.storage.Store;

/** Tables whose contract is whole, but whose data is not what it says. */
class TestTableIsNotBelieved {
  private static final SparkSession SESSION = LocalSpark.session();
  private static final Store STORE = Store.local();

  @TempDir Path folder;
  private Path table;

  @BeforeEach
  void tokenize() {
    TokenizeCorpus corpus = new TokenizeCorpus(SESSION, folder).with("format", "arrow");
    corpus.run();
    table = corpus.table();
  }

  @Test
  void anIdBeyondTheVocabularyIsNamedWithItsRow() {
    rewrite(TableFormat.PARQUET, 999, 0);
    assertEquals(
        "Cannot train, a row of the feature table holds an id beyond the model's vocabulary: 999 in row 1 (expected 0 to 511). Tokenize again with the tokenizer of this base.",
        refused());
  }

  @Test
  void arrowFilesAreCountedWhileTheyAreRead() {
    String path = rewrite(TableFormat.ARROW, 7, 1);
    String wrong =
        "Cannot read the feature table, a data file holds other rows than _features.json lists: %s in %s (expected %d). Copy the table again, or tokenize again with --overwrite.";
    assertEquals(wrong.formatted("2", path, 3), refused());
    path = rewrite(TableFormat.ARROW, 7, -1);
    assertEquals(wrong.formatted("more than 1", path, 1), refused());
  }

  /** Opening an address would tell its host of us, and train on what lies there. */
  @Test
  void aTableLeadsToNoOtherStore() throws Exception {
    Path info = table.resolve("_features.json");
    String model =
        STORE
            .readText(info.toString())
            .replaceFirst("(?s).*\"model_checkpoint\" : \"(.*?)\".*", "$1");
    for (String name : List.of("s3a://elsewhere/model", "hdfs://10.0.0.1:8020/m", "http://x/m")) {
      Files.writeString(info, Files.readString(info).replace(model, name));
      assertEquals(
          "Cannot train, the feature table names a base model on another store: %s in %s (expected one of this machine or of the table's store). If you trust it, add --model_checkpoint %s."
              .formatted(name, table, name),
          refused());
      model = name;
    }
  }

  private String refused() {
    Exception thrown =
        assertThrows(
            Exception.class, () -> new TrainRun(SESSION, table, folder.resolve("out")).run());
    Failure failure = Causes.failure(thrown).orElseThrow();
    assertEquals(ExitCode.INPUT, failure.exitCode());
    return failure.getMessage();
  }

  /** Two rows, the second with an id; the contract counts so many more. */
  private String rewrite(TableFormat format, int id, int more) {
    FeatureTableInfo was = FeatureTable.open(STORE, table.toString()).info().orElseThrow();
    TableLayout layout = format.layout();
    String name = "rows." + format.word() + more;
    String path = table.resolve(name).toString();
    try (TableLayout.Writer writer = layout.writer(STORE, path)) {
      writer.add(new FeatureRow(new int[] {4, 5, 6}, 1));
      writer.add(new FeatureRow(new int[] {4, id, 6}, 1));
    }
    DataFile there = layout.describe(STORE, table.toString(), name);
    DataFile listed = new DataFile(name, there.rows() + more, there.bytes());
    FeatureTableInfo.of(format, was.madeFrom(), List.of(listed), was.counts(), was.lengths())
        .write(STORE, table.toString());
    return path;
  }
}
