package org.sparklora.jobs.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.checkpoint.Checkpoints;
import org.sparklora.feature.FeatureRow;
import org.sparklora.feature.RowColumns;
import org.sparklora.feature.TableFormat;
import org.sparklora.feature.TableLayout;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.tokenize.TokenizeCorpus;
import org.sparklora.storage.FixtureCopy;
import org.sparklora.storage.Store;
import org.sparklora.weights.TensorInfo;
import org.sparklora.weights.WeightFolder;

/**
 * A base whose embedding of one id is not a number: the step with the one row that holds this id
 * has no finite loss, through the whole job.
 */
class TestPlantedNan {
  private static final SparkSession SESSION = LocalSpark.session();
  private static final int ROWS_PER_STEP = 8;
  private static final int POISONED_STEP = 3; // counted from 0

  @TempDir static Path shared;
  private static Path base;
  private static List<FeatureRow> rows;

  @TempDir Path folder;

  @BeforeAll
  static void poison() throws Exception {
    TokenizeCorpus corpus = new TokenizeCorpus(SESSION, shared);
    corpus.run();
    rows = corpus.rows().subList(0, 6 * ROWS_PER_STEP);
    base = shared.resolve("base");
    FixtureCopy.folder(Fixtures.path("llama", "model"), Store.local(), base.toString());
    makeNan(idOfOnlyOneRow());
  }

  @Test
  void aRunWithANanEqualsARunPlannedToSkipTheStep() throws Exception {
    TrainRun poisoned = run("poisoned", table("with", rows));
    TrainResult result = poisoned.run();
    assertEquals(1, result.segment().orElseThrow().skipped());
    assertTrue(result.summary().contains("1 steps were left out"), result.summary());

    List<FeatureRow> unlabelled = new ArrayList<>(rows);
    for (int i = POISONED_STEP * ROWS_PER_STEP; i < (POISONED_STEP + 1) * ROWS_PER_STEP; i++) {
      int[] ids = rows.get(i).inputIds();
      unlabelled.set(i, new FeatureRow(ids, ids.length));
    }
    TrainRun planned = run("planned", table("without", unlabelled));
    assertEquals(0, planned.run().segment().orElseThrow().skipped());
    assertArrayEquals(planned.adapter(), poisoned.adapter());
  }

  @Test
  void theEleventhSkippedStepEndsTheRunWithItsLastGoodCheckpointIntact() throws Exception {
    // Two steps an epoch, the second one poisoned: step 22 is the eleventh.
    List<FeatureRow> few = new ArrayList<>(rows.subList(0, ROWS_PER_STEP));
    few.addAll(rows.subList(POISONED_STEP * ROWS_PER_STEP, (POISONED_STEP + 1) * ROWS_PER_STEP));
    TrainRun run = run("eleven", table("few", few)).with("max_steps", "40").with("save_steps", "3");
    Failure failure = assertThrows(Failure.class, run::run);
    assertEquals(ExitCode.DIVERGED, failure.exitCode());
    String checkpoint = run.output().resolve("checkpoint-21").toString();
    assertEquals(
        "Cannot go on training, the loss or gradient was not finite too often: 11 steps up to step 22 (expected at most 10). Lower --learning_rate or look at the rows of these steps; the last checkpoint is %s."
            .formatted(checkpoint),
        failure.getMessage());
    assertTrue(new Checkpoints(Store.local(), run.output().toString()).valid(21).isPresent());
    assertFalse(Files.exists(run.output().resolve("_published.json")));
    assertTrue(
        Files.readString(run.output().resolve("_outcome.json")).contains("\"exit_code\" : 5"));
  }

  private TrainRun run(String name, Path table) {
    return new TrainRun(SESSION, table, folder.resolve(name))
        .with("sample_order", "file")
        .with("trust_table", "true")
        .with("model_checkpoint", base.toString());
  }

  private Path table(String name, List<FeatureRow> content) {
    String path = folder.resolve(name).toString();
    TableLayout layout = TableFormat.ARROW.layout();
    String file = layout.fileName("a1", 0, 1, 0);
    try (TableLayout.Writer writer = layout.writer(Store.local(), Store.child(path, file))) {
      content.forEach(writer::add);
    }
    layout.finish(
        Store.local(),
        path,
        List.of(layout.describe(Store.local(), path, file)),
        RowColumns.ONE_SPAN);
    return folder.resolve(name);
  }

  /** An id that stands in one row of the poisoned step and in no other row. */
  private static int idOfOnlyOneRow() {
    List<FeatureRow> step =
        rows.subList(POISONED_STEP * ROWS_PER_STEP, (POISONED_STEP + 1) * ROWS_PER_STEP);
    return step.stream()
        .flatMapToInt(r -> Arrays.stream(r.inputIds()))
        .filter(id -> rows.stream().filter(r -> holds(r, id)).count() == 1)
        .findFirst()
        .orElseThrow();
  }

  private static boolean holds(FeatureRow row, int id) {
    return IntStream.of(row.inputIds()).anyMatch(i -> i == id);
  }

  private static void makeNan(int id) throws Exception {
    try (WeightFolder weights = WeightFolder.open(Store.local(), base.toString())) {
      TensorInfo embedding = weights.find("model.embed_tokens.weight").orElseThrow();
      int rowBytes = (int) (embedding.bytes() / embedding.shape().get(0));
      byte[] notANumber = new byte[rowBytes];
      Arrays.fill(notANumber, (byte) 0xff); // in every type
      try (RandomAccessFile file = new RandomAccessFile(embedding.file(), "rw")) {
        file.seek(embedding.offset() + (long) id * rowBytes);
        file.write(notANumber);
      }
    }
  }
}
