package org.sparklora.jobs.tokenize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.feature.DataFile;
import org.sparklora.feature.FeatureRow;
import org.sparklora.feature.TableFormat;
import org.sparklora.feature.TableLayout;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.storage.Store;

class TestParquetTable {
  private static final TableLayout LAYOUT = TableFormat.PARQUET.layout();
  private static final int[][] SOME_IDS = {
    {7}, {}, {0, Integer.MAX_VALUE, 0, 5}, new Random(1).ints(3000, 0, 150_000).toArray(), {1, 2}
  };

  private final SparkSession session = LocalSpark.session();

  @TempDir Path folder;

  @Test
  void sparkReadsWhatWasWritten() {
    assertEquals(SOME_IDS.length, write("few.parquet", SOME_IDS).rows());
    List<Row> rows = read("few.parquet", "true");
    for (int i = 0; i < SOME_IDS.length; i++) {
      FeatureRow row = FeatureColumns.featureRow(rows.get(i));
      assertArrayEquals(SOME_IDS[i], row.inputIds());
      assertEquals(SOME_IDS[i].length / 2, row.seqLen());
      assertEquals(SOME_IDS[i].length, rows.get(i).getInt(2));
    }
    assertEquals(
        FeatureColumns.SCHEMA.simpleString(),
        session.read().parquet(path("few.parquet")).schema().simpleString());
  }

  @Test
  void manyRowsFillSeveralRowGroups() throws Exception {
    int[][] ids = new int[5_000][];
    Arrays.setAll(ids, i -> new Random(i).ints(2_000, 0, Integer.MAX_VALUE).toArray());
    assertEquals(ids.length, write("many.parquet", ids).rows());
    var file =
        HadoopInputFile.fromPath(
            new org.apache.hadoop.fs.Path(path("many.parquet")), new Configuration());
    try (ParquetFileReader reader = ParquetFileReader.open(file)) {
      assertEquals(3, reader.getRowGroups().size());
    }
    for (int i : new int[] {0, 2_500, 4_999}) {
      List<Row> row = read("many.parquet", "_metadata.row_index = " + i);
      assertArrayEquals(ids[i], FeatureColumns.featureRow(row.get(0)).inputIds());
    }
  }

  @Test
  void aFullDiskIsAFailureOfTheStore() {
    assumeTrue(Files.exists(Path.of("/dev/full")), "this system has no /dev/full");
    Failure failure =
        assertThrows(
            Failure.class,
            () -> {
              try (TableLayout.Writer writer = LAYOUT.writer(Store.local(), "/dev/full")) {
                writer.add(new FeatureRow(new int[] {1}, 1));
              }
            });
    assertEquals(ExitCode.STORAGE, failure.exitCode());
    assertEquals(
        "Cannot write the feature table, the write failed: /dev/full (No space left on device). Check free space and permissions, then run again.",
        failure.getMessage());
  }

  @Test
  void aFileThatIsNotWholeIsNamed() throws Exception {
    write("cut.parquet", SOME_IDS);
    byte[] whole = Files.readAllBytes(folder.resolve("cut.parquet"));
    Files.write(folder.resolve("cut.parquet"), Arrays.copyOf(whole, whole.length - 1));
    Failure failure = assertThrows(Failure.class, () -> describe("cut.parquet"));
    assertEquals(ExitCode.STORAGE, failure.exitCode());
    assertEquals(
        "Cannot read the feature table back, a file is not whole: %s (expected Parquet). Check the store and run again."
            .formatted(path("cut.parquet")),
        failure.getMessage());
  }

  @Test
  void attemptsHaveNamesOfTheirOwnInPartOrder() {
    List<String> names =
        List.of(
            LAYOUT.fileName("a1", 2, 11, 0),
            LAYOUT.fileName("a1", 10, 11, 0),
            LAYOUT.fileName("a1", 10, 11, 1));
    assertEquals(
        List.of("part-00002-a1.parquet", "part-00010-a1.parquet", "part-00010-a1-1.parquet"),
        names);
  }

  private DataFile write(String name, int[][] ids) {
    try (TableLayout.Writer writer = LAYOUT.writer(Store.local(), path(name))) {
      for (int[] row : ids) {
        writer.add(new FeatureRow(row, row.length / 2));
      }
    }
    return describe(name);
  }

  private DataFile describe(String name) {
    return LAYOUT.describe(Store.local(), folder.toString(), name);
  }

  private List<Row> read(String name, String condition) {
    return session
        .read()
        .parquet(path(name))
        .where(condition)
        .orderBy("_metadata.row_index")
        .collectAsList();
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }
}
