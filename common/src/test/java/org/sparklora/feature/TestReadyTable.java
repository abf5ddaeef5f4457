package org.sparklora.feature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.Vocabulary;
import org.sparklora.storage.Store;

/** Tables of ids and labels that datasets saved, and what their labels say. */
class TestReadyTable {
  private static final Store STORE = Store.local();
  private static final Map<String, String> WHY =
      Map.of(
          "labels_shorter", "ids and labels differ in length",
          "labels_longer", "ids and labels differ in length",
          "label_is_not_the_token", "label is not the id at its place",
          "id_out_of_vocabulary", "id beyond the vocabulary",
          "negative_id", "id beyond the vocabulary",
          "negative_label", "label is no id");

  @TempDir Path folder;

  @Test
  void labelsBecomeTheSpansTheySay() {
    List<FeatureRow> rows = rows("ready");
    List<JsonNode> expected = expected("ready");
    assertEquals(expected.size(), rows.size());
    for (int i = 0; i < rows.size(); i++) {
      List<Integer> bounds = new ArrayList<>();
      expected.get(i).path("spans").forEach(s -> s.forEach(b -> bounds.add(b.asInt())));
      assertEquals(bounds.toString(), rows.get(i).spans().toString(), "row " + i);
      assertEquals(expected.get(i).path("length").asInt(), rows.get(i).length());
    }
  }

  @Test
  void everyFaultIsSetAsideUnderItsName() {
    List<FeatureRow> rows = rows("ready_faults");
    List<JsonNode> expected = expected("ready_faults");
    assertEquals(expected.size(), rows.size());
    for (int i = 0; i < rows.size(); i++) {
      String fault = expected.get(i).path("fault").asText();
      assertEquals(
          WHY.getOrDefault(fault, ""), rows.get(i).fault().map(RowFault::words).orElse(""), fault);
      if (WHY.containsKey(fault)) {
        assertEquals(LabelSpans.NONE, rows.get(i).spans());
        assertEquals(0, rows.get(i).length());
      }
    }
    assertEquals(new LabelSpans(0, rows.get(1).length()), rows.get(1).spans());
    assertEquals(LabelSpans.NONE, rows.get(2).spans());
    assertEquals(LabelSpans.NONE, rows.get(9).spans());
    assertEquals(new LabelSpans(0, 1), rows.get(10).spans());
  }

  @ParameterizedTest
  @EnumSource(SavedTable.Lists.class)
  void listsOfEveryKindHoldTheSameRows(SavedTable.Lists kind) throws IOException {
    new SavedTable(kind)
        .column("input_ids", List.of(List.of(5, 6, 7), List.of(8, 9, 9)))
        .column("labels", List.of(List.of(-100, 6, 7), List.of(-100, -100, 9)))
        .save(folder);
    List<FeatureRow> rows = rows(folder);
    assertEquals("[1, 3] [2, 3]", rows.get(0).spans() + " " + rows.get(1).spans());
    assertArrayEquals(new int[] {8, 9, 9}, rows.get(1).inputIds());
  }

  @Test
  void paddingIsLeftOutAndPackedTextsAreSetAside() throws IOException {
    new SavedTable(SavedTable.Lists.PLAIN)
        .column(
            "input_ids",
            List.of(List.of(999, 5, 6, 999), List.of(5, 6, 7), List.of(5, 6), List.of(7)))
        .column(
            "labels",
            List.of(
                List.of(-100, -100, 6, -100), List.of(-100, 6, 7), List.of(-100, 6), List.of(7)))
        .column(
            "attention_mask",
            List.of(List.of(0, 1, 1, 0), List.of(1, 1, 2), List.of(1), List.of(0)))
        .save(folder);
    List<FeatureRow> rows = rows(folder);
    assertArrayEquals(new int[] {5, 6}, rows.get(0).inputIds());
    assertEquals(new LabelSpans(1, 2), rows.get(0).spans());
    for (int i : new int[] {1, 2}) {
      assertEquals("mask is not that of one text", rows.get(i).fault().orElseThrow().words());
    }
    assertEquals(new LabelSpans(0, 1), rows.get(3).spans());
  }

  @Test
  void ofSavedSplitsTheOneThatIsMeantIsRead() throws IOException {
    for (String split : List.of("test", "train")) {
      new SavedTable(SavedTable.Lists.PLAIN)
          .column("input_ids", List.of(List.of(split.length(), 6)))
          .column("labels", List.of(List.of(-100, 6)))
          .save(Files.createDirectories(folder.resolve(split)));
    }
    splits("\"test\", \"train\"");
    String path = folder.toString();
    assertEquals(path + "/train", FeatureTable.openTrusted(STORE, path).folder());
    assertEquals(path + "/test", FeatureTable.openTrustedHeldOut(STORE, path).folder());
    splits("\"test\"");
    assertEquals(path + "/test", FeatureTable.openTrusted(STORE, path).folder());
    splits("\"a\", \"b\"");
    assertRefused(
        "Cannot read the feature table, it holds several splits: a, b in %s (expected one of train). Name the folder of one.",
        path);
    splits("\"../a\"");
    assertRefused(
        "Cannot read the feature table, its dataset_dict.json is damaged: %s (expected splits with their names). Copy the table again.",
        path + "/dataset_dict.json");
    Failure untrusted = assertThrows(Failure.class, () -> FeatureTable.open(STORE, path));
    assertTrue(untrusted.getMessage().endsWith("add --trust_table."), untrusted.getMessage());
  }

  /** Written by pyarrow 26 with {@code IpcWriteOptions(compression=...)}. */
  @ParameterizedTest
  @ValueSource(strings = {"lz4", "zstd"})
  void aCompressedDataFileIsRefusedAsWhatItIs(String compression) throws IOException {
    Path file = folder.resolve("data-00000-of-00001.arrow");
    Files.copy(Path.of("src/test/resources/ready/compressed." + compression + ".arrow"), file);
    Files.writeString(
        folder.resolve("state.json"),
        "{\"_data_files\": [{\"filename\": \"%s\"}]}".formatted(file.getFileName()));
    Failure failure = assertThrows(Failure.class, () -> rows(folder));
    assertEquals(
        "Cannot read the feature table, a data file is compressed: %s (expected plain buffers, as save_to_disk of datasets writes them). Save it again without compression."
            .formatted(file),
        failure.getMessage());
  }

  @Test
  void aTableWithoutRowsHasNoFiles() throws IOException {
    Files.writeString(folder.resolve("state.json"), "{\"_data_files\": []}");
    assertEquals(0, FeatureTable.openTrusted(STORE, folder.toString()).rows());
  }

  private void splits(String names) throws IOException {
    Files.writeString(folder.resolve("dataset_dict.json"), "{\"splits\": [" + names + "]}");
  }

  private void assertRefused(String message, String path) {
    Failure failure =
        assertThrows(Failure.class, () -> FeatureTable.openTrusted(STORE, folder.toString()));
    assertEquals(message.formatted(path), failure.getMessage());
  }

  private static List<FeatureRow> rows(String name) {
    return rows(Fixtures.path("chat", name));
  }

  private static List<FeatureRow> rows(Path folder) {
    FeatureTable table = FeatureTable.openTrusted(STORE, folder.toString());
    List<FeatureRow> rows = new ArrayList<>();
    for (DataFile file : table.dataFiles()) {
      try (ArrowTableReader reader =
          ArrowTableReader.open(STORE, table.path(file), new Vocabulary(544))) {
        reader.forEachRemaining(rows::add);
      }
    }
    assertFalse(rows.isEmpty());
    return rows;
  }

  private static List<JsonNode> expected(String name) {
    List<JsonNode> rows = new ArrayList<>();
    json(name).path("rows").forEach(rows::add);
    return rows;
  }

  private static JsonNode json(String name) {
    Path file = Fixtures.path("chat", "expected/" + name + ".json");
    return assertDoesNotThrow(() -> new ObjectMapper().readTree(file.toFile()));
  }
}
