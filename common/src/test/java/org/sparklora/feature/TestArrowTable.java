package org.sparklora.feature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.sparklora.Fixtures.ints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.EachFamily;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.storage.Store;

class TestArrowTable {
  private static final TableLayout LAYOUT = TableFormat.ARROW.layout();
  private static final Store STORE = Store.local();

  @TempDir Path folder;

  @EachFamily
  void readsTablesThatHuggingFaceSaved(String family) {
    String table = Fixtures.path(family, "features.arrow").toString();
    List<JsonNode> expected = Fixtures.lines(family, "features.cut.jsonl");
    FeatureTable opened = FeatureTable.openTrusted(STORE, table);
    assertEquals(expected.size(), opened.rows());
    try (ArrowTableReader rows =
        ArrowTableReader.open(STORE, opened.path(opened.dataFiles().get(0)))) {
      for (JsonNode row : expected) {
        assertRow(ints(row.get("input_ids")), row.get("seq_len").asInt(), rows.next());
      }
      assertFalse(rows.hasNext());
      assertThrows(NoSuchElementException.class, rows::next);
    }
  }

  @Test
  void readsWhatItWrote() {
    writeRows("rows.arrow", 2500);
    try (ArrowTableReader rows = ArrowTableReader.open(STORE, path("rows.arrow"))) {
      for (int i = 0; i < 2500; i++) {
        assertRow(ids(i), i % 7, rows.next());
      }
      assertFalse(rows.hasNext());
    }
  }

  @Test
  void countsTheRowsOfACommittedFile() throws IOException {
    writeRows("rows.arrow", 2500);
    long bytes = Files.size(folder.resolve("rows.arrow"));
    assertEquals(
        new DataFile("rows.arrow", 2500, bytes),
        LAYOUT.describe(STORE, folder.toString(), "rows.arrow"));
  }

  @Test
  void fileWithoutRowsIsReadable() {
    writeRows("none.arrow", 0);
    assertEquals(0, LAYOUT.describe(STORE, folder.toString(), "none.arrow").rows());
  }

  @Test
  void longRowsMakeSmallBatches() {
    try (ArrowTableWriter writer =
        ArrowTableWriter.create(STORE, path("long.arrow"), RowColumns.ONE_SPAN)) {
      for (int i = 0; i < 5; i++) {
        writer.add(new FeatureRow(new int[700_000], 1));
      }
      assertEquals(5, writer.rows());
    }
    try (ArrowTableReader rows = ArrowTableReader.open(STORE, path("long.arrow"))) {
      for (int i = 0; i < 5; i++) {
        assertEquals(700_000, rows.next().length());
      }
      assertFalse(rows.hasNext());
    }
  }

  @Test
  void spansComeBackAndOneThatReachesTheEndIsSaidBySeqLen() {
    List<FeatureRow> written =
        List.of(
            new FeatureRow(ids(3), new LabelSpans(2, 4, 6, 9)),
            new FeatureRow(ids(4), 5),
            new FeatureRow(ids(5), new LabelSpans(3, 7)),
            new FeatureRow(ids(6), ids(6).length));
    try (ArrowTableWriter writer =
        ArrowTableWriter.create(STORE, path("spans.arrow"), RowColumns.SPANS)) {
      written.forEach(writer::add);
    }
    try (ArrowTableReader rows = ArrowTableReader.open(STORE, path("spans.arrow"))) {
      for (FeatureRow row : written) {
        FeatureRow read = rows.next();
        assertRow(row.inputIds(), row.seqLen(), read);
        assertEquals(row.spans(), read.spans());
      }
      assertFalse(rows.hasNext());
    }
    assertArrayEquals(new int[] {2, 4, 6, 9}, written.get(0).spanColumn());
    assertArrayEquals(new int[0], written.get(1).spanColumn());
    assertArrayEquals(new int[0], written.get(3).spanColumn());
  }

  @Test
  void namesOfAttemptsDiffer() {
    assertEquals("data-00003-of-00012-a1.arrow", LAYOUT.fileName("a1", 3, 12, 0));
    assertEquals("data-00003-of-00012-a1-1.arrow", LAYOUT.fileName("a1", 3, 12, 1));
  }

  @Test
  void finishNamesTheFilesInOrderAndTheListTypeSequence() throws IOException {
    writeRows("b.arrow", 3);
    writeRows("a.arrow", 2);
    String table = folder.toString();
    LAYOUT.finish(
        STORE,
        table,
        List.of(LAYOUT.describe(STORE, table, "b.arrow"), LAYOUT.describe(STORE, table, "a.arrow")),
        RowColumns.ONE_SPAN);
    assertEquals(List.of("b.arrow", "a.arrow"), SaveToDisk.dataFileNames(STORE, table));
    JsonNode info = json("dataset_info.json");
    assertEquals("Sequence", info.at("/features/input_ids/_type").asText());
    assertEquals("int32", info.at("/features/input_ids/feature/dtype").asText());
    assertTrue(json("state.json").path("_fingerprint").asText().matches("[0-9a-f]{16}"));
    FeatureTable opened = FeatureTable.openTrusted(STORE, table);
    assertEquals(5, opened.rows());
    assertEquals(List.of(0L, 3L), opened.firstRows());
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    byte[] whole = whole();
    for (byte[] content :
        List.of(
            new byte[0],
            "PAR1....PAR1".getBytes(StandardCharsets.UTF_8),
            new byte[] {-1, -1, -1, -1, -1, -1, -1, 127},
            Arrays.copyOf(whole, 20),
            Arrays.copyOf(whole, whole.length * 2 / 3))) {
      Files.write(folder.resolve("other.arrow"), content);
      String message =
          assertThrows(
                  Failure.class, () -> LAYOUT.describe(STORE, folder.toString(), "other.arrow"))
              .getMessage();
      assertTrue(
          message.startsWith(
              "Cannot read the feature table, a data file is damaged or of another kind: "
                  + path("other.arrow")),
          message);
    }
  }

  @Test
  void negativeIdsAreRefused() {
    try (ArrowTableWriter writer =
        ArrowTableWriter.create(STORE, path("negative.arrow"), RowColumns.ONE_SPAN)) {
      writer.add(new FeatureRow(new int[] {5, -7}, 1));
    }
    try (ArrowTableReader rows = ArrowTableReader.open(STORE, path("negative.arrow"))) {
      assertEquals(
          "Cannot read the feature table, row 0 holds no token id or count: -7 in %s (expected 0 to 2147483647). Make the table again."
              .formatted(path("negative.arrow")),
          assertThrows(Failure.class, rows::next).getMessage());
    }
  }

  @Test
  void failingWritesAreStorageFailures() {
    assumeTrue(Files.exists(Path.of("/dev/full")), "this system has no /dev/full");
    Failure failure =
        assertThrows(
            Failure.class,
            () -> {
              try (ArrowTableWriter writer =
                  ArrowTableWriter.create(STORE, "/dev/full", RowColumns.ONE_SPAN)) {
                writer.add(new FeatureRow(new int[100_000], 1));
              }
            });
    assertEquals(
        "Cannot write the feature table, the write failed: /dev/full (No space left on device). Check free space and permissions, then run again.",
        failure.getMessage());
    assertEquals(ExitCode.STORAGE, failure.exitCode());
  }

  private byte[] whole() throws IOException {
    writeRows("whole.arrow", 50);
    return Files.readAllBytes(folder.resolve("whole.arrow"));
  }

  private void writeRows(String name, int count) {
    try (ArrowTableWriter writer =
        ArrowTableWriter.create(STORE, path(name), RowColumns.ONE_SPAN)) {
      for (int i = 0; i < count; i++) {
        writer.add(new FeatureRow(ids(i), i % 7));
      }
    }
  }

  private static int[] ids(int row) {
    int[] ids = new int[7 + row % 50];
    Arrays.setAll(ids, i -> row * 31 + i);
    return ids;
  }

  private static void assertRow(int[] ids, int seqLen, FeatureRow row) {
    assertArrayEquals(ids, row.inputIds());
    assertEquals(seqLen, row.seqLen());
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(name).toFile());
  }
}
