package org.sparklora.feature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.storage.Store;

class TestFeatureTable {
  private static final Store STORE = Store.local();

  @TempDir Path folder;

  @Test
  void infoSurvivesJson() {
    FeatureTableInfo info = info(List.of(new DataFile("part-0.parquet", 10, 3)));
    info.write(STORE, folder.toString());
    assertEquals(Optional.of(info), FeatureTableInfo.read(STORE, folder.toString()));
    assertEquals(10, info.rows());
  }

  @Test
  void infoIsReadableByPeopleAndOtherPrograms() {
    String json = info(List.of(new DataFile("part-0.parquet", 10, 3))).toJson();
    for (String key :
        List.of(
            "\"version\" : 1",
            "\"format\" : \"parquet\"",
            "\"codec_fingerprint\" : \"sha256:abc\"",
            "\"eos_token_id\" : 2",
            "\"cut_policy\" : \"keep-target\"",
            "\"max_seq_length\" : 128",
            "\"modified_millis\" : 7",
            "\"data_files\" : [ {",
            "\"tokens\" : 20",
            "\"up_to\" : 2")) {
      assertTrue(json.contains(key), () -> key + " is not in " + json);
    }
  }

  @Test
  void damagedInfoIsNamed() throws IOException {
    String file = folder.resolve("_features.json").toString();
    for (String json : List.of("{", "{}", "[]", "{\"version\": 1}")) {
      Files.writeString(folder.resolve("_features.json"), json);
      assertFails(
          "Cannot read the feature table, its _features.json is damaged: %s (expected JSON as in docs/spec/feature-table.md). Bring the file back, or tokenize again with another --save_name."
              .formatted(file));
    }
  }

  @Test
  void olderAndPlainTablesDoWithoutWhatCameLater() throws IOException {
    FeatureTableInfo plain = info(List.of());
    String json = plain.toJson();
    assertFalse(json.contains("\"chat\""), json);
    assertEquals(RowColumns.ONE_SPAN, plain.madeFrom().columns());
    Files.writeString(
        folder.resolve("_features.json"), json.replaceFirst("\"encoding\" : \"UTF-8\",", ""));
    assertEquals(Optional.of(plain), FeatureTableInfo.read(STORE, folder.toString()));
    assertTrue(
        plain.madeFrom().toString().endsWith("modifiedMillis=7]]]"), plain.madeFrom().toString());
  }

  @Test
  void aTableOfConversationsHasSpansAndTheSecondVersion() {
    FeatureTableInfo plain = info(List.of());
    TableOrigin was = plain.madeFrom();
    ChatOrigin chat =
        new ChatOrigin(
            "messages", "", "all", new ObjectMapper().createObjectNode().put("form", "chatglm2"));
    TableOrigin origin =
        new TableOrigin(
            was.modelCheckpoint(),
            was.codecFingerprint(),
            was.eosTokenId(),
            was.promptKey(),
            was.targetKey(),
            was.encoding(),
            was.cutPolicy(),
            was.maxSeqLength(),
            was.sources(),
            null,
            chat,
            null,
            null);
    FeatureTableInfo info =
        FeatureTableInfo.of(TableFormat.ARROW, origin, List.of(), plain.counts(), plain.lengths());
    assertEquals(2, info.version());
    assertEquals(RowColumns.SPANS, origin.columns());
    assertNotEquals(was.toString(), origin.toString());
    info.write(STORE, folder.toString());
    assertEquals(Optional.of(info), FeatureTableInfo.read(STORE, folder.toString()));
  }

  @Test
  void newerVersionsAreRefused() throws IOException {
    Files.writeString(folder.resolve("_features.json"), "{\"version\": 9, \"tables\": []}");
    assertFails(
        "Cannot read the feature table, it was written by a newer sparklora: version 9 in %s (expected at most 2). Use that version, or tokenize again."
            .formatted(folder.resolve("_features.json")));
  }

  @Test
  void opensOnlyWhatTheInfoLists() throws IOException {
    write("part-0.parquet", 10);
    Files.writeString(folder.resolve("left-over.parquet"), "xyz");
    info(List.of(TableFormat.PARQUET.layout().describe(STORE, folder.toString(), "part-0.parquet")))
        .write(STORE, folder.toString());
    FeatureTable table = FeatureTable.open(STORE, folder.toString());
    assertEquals(10, table.rows());
    assertEquals(folder.resolve("part-0.parquet").toString(), table.path(table.dataFiles().get(0)));
    assertEquals(TableFormat.PARQUET, table.format());
    assertEquals(table, FeatureTable.openTrusted(STORE, folder.toString()));
  }

  @Test
  void missingAndChangedDataFilesAreNamed() throws IOException {
    info(List.of(new DataFile("part-0.parquet", 10, 3))).write(STORE, folder.toString());
    String part = folder.resolve("part-0.parquet").toString();
    String message =
        "Cannot read the feature table, a data file is not what _features.json lists: %s has %s (expected 3 bytes). Copy the table again, or tokenize again with --overwrite.";
    assertFails(message.formatted(part, "no file"));
    Files.writeString(folder.resolve("part-0.parquet"), "abcd");
    assertFails(message.formatted(part, "4 bytes"));
  }

  @Test
  void aContractThatListsAFileTwiceIsRefused() {
    write("part-0.parquet", 10);
    DataFile there =
        TableFormat.PARQUET.layout().describe(STORE, folder.toString(), "part-0.parquet");
    info(List.of(there, there)).write(STORE, folder.toString());
    assertFails(
        "Cannot read the feature table, _features.json lists a data file twice: %s (expected each once). Tokenize again with --overwrite."
            .formatted(folder.resolve("part-0.parquet")));
  }

  @Test
  void aContractThatCountsOtherRowsThanAFooterIsRefused() {
    write("part-0.parquet", 10);
    DataFile there =
        TableFormat.PARQUET.layout().describe(STORE, folder.toString(), "part-0.parquet");
    info(List.of(new DataFile(there.name(), 11, there.bytes()))).write(STORE, folder.toString());
    assertFails(
        "Cannot read the feature table, a data file holds other rows than _features.json lists: 10 in %s (expected 11). Copy the table again, or tokenize again with --overwrite."
            .formatted(folder.resolve("part-0.parquet")));
  }

  @Test
  void namesInAContractAreNamesOnly() throws IOException {
    String json = info(List.of(new DataFile("part-0.parquet", 10, 3))).toJson();
    for (String name : List.of("../part-0.parquet", "/etc/passwd", "a/b", ".hidden", "")) {
      Files.writeString(folder.resolve("_features.json"), json.replace("part-0.parquet", name));
      assertFails(
          "Cannot read the feature table, the name of a data file is none: '%s' (expected a file inside the table's folder). Make the table again in another folder."
              .formatted(name));
    }
  }

  private void write(String name, int rows) {
    try (TableLayout.Writer writer =
        TableFormat.PARQUET.layout().writer(STORE, folder.resolve(name).toString())) {
      for (int i = 0; i < rows; i++) {
        writer.add(new FeatureRow(new int[] {1, 2, 3}, 1));
      }
    }
  }

  @Test
  void aFileThatIsNoParquetIsDamagedInput() throws IOException {
    Files.writeString(folder.resolve("part-0.parquet"), "no Parquet at all");
    info(List.of(new DataFile("part-0.parquet", 10, 17))).write(STORE, folder.toString());
    Failure failure =
        assertThrows(Failure.class, () -> FeatureTable.open(STORE, folder.toString()));
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertEquals(
        "Cannot read the feature table, a data file is damaged: %s (expected Parquet). Copy the table again, or tokenize again with --overwrite."
            .formatted(folder.resolve("part-0.parquet")),
        failure.getMessage());
  }

  @Test
  void unfinishedTablesAreNotRead() throws IOException {
    assertFails(
        "Cannot read the feature table, it has no _features.json: %s (expected a finished table). Run the tokenize job again."
            .formatted(folder));
    Files.writeString(folder.resolve("state.json"), "{}");
    assertFails(
        "Cannot read the feature table, it has no _features.json: %s (expected a finished table). If it was made with the base model's own tokenizer, by LLM-Tuning or with ids and labels, add --trust_table."
            .formatted(folder));
  }

  @Test
  void missingFolderIsNamed() {
    String missing = folder.resolve("nothing").toString();
    String message =
        "Cannot read the feature table, its folder does not exist: %s (expected the output of the tokenize job). Check --tokenized_dataset, or tokenize first."
            .formatted(missing);
    Failure failure = assertThrows(Failure.class, () -> FeatureTable.open(STORE, missing));
    assertEquals(message, failure.getMessage());
    failure = assertThrows(Failure.class, () -> FeatureTable.openTrusted(STORE, missing));
    assertEquals(message, failure.getMessage());
  }

  @Test
  void trustedTablesHaveNoInfo() {
    String table = Fixtures.path("llama", "features.arrow").toString();
    FeatureTable opened = FeatureTable.openTrusted(STORE, table);
    assertEquals(Optional.empty(), opened.info());
    assertEquals(TableFormat.ARROW, opened.format());
    assertEquals(200, opened.rows());
  }

  @Test
  void damagedStateIsNamed() throws IOException {
    String message =
        "Cannot read the feature table, its state.json is damaged: %s (expected _data_files with file names). Copy the table again."
            .formatted(folder.resolve("state.json"));
    for (String state :
        List.of("{", "{}", "{\"_data_files\": [{\"filename\": \"../other.arrow\"}]}")) {
      Files.writeString(folder.resolve("state.json"), state);
      Failure failure =
          assertThrows(Failure.class, () -> FeatureTable.openTrusted(STORE, folder.toString()));
      assertEquals(message, failure.getMessage());
    }
  }

  @Test
  void unknownFormatIsRefused() {
    assertEquals(
        "Cannot use a table format, the name is unknown: csv (expected parquet|arrow). Change --format.",
        assertThrows(Failure.class, () -> TableFormat.of("csv")).getMessage());
    assertEquals(TableFormat.ARROW, TableFormat.of("arrow"));
  }

  private void assertFails(String message) {
    Failure failure =
        assertThrows(Failure.class, () -> FeatureTable.open(STORE, folder.toString()));
    assertEquals(message, failure.getMessage());
    assertEquals(ExitCode.INPUT, failure.exitCode());
  }

  private static FeatureTableInfo info(List<DataFile> files) {
    LengthHistogram.Tally lengths = new LengthHistogram.Tally();
    for (int i = 0; i < 10; i++) {
      lengths.add(2);
    }
    TableOrigin origin =
        new TableOrigin(
            "THUDM/chatglm-6b",
            "sha256:abc",
            2,
            "q",
            "a",
            "UTF-8",
            "keep-target",
            128,
            List.of(new SourceFile("data/x.json", 5, 7)),
            null,
            null,
            null,
            null);
    return FeatureTableInfo.of(
        TableFormat.PARQUET, origin, files, new TableCounts(12, 10, 1, 1, 1), lengths.histogram());
  }
}
