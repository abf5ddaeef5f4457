package org.sparklora.jobs.evaluate;

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
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.config.Settings;
import org.sparklora.evaluate.EvaluateConfig;
import org.sparklora.evaluate.EvaluationInfo;
import org.sparklora.evaluate.Judged;
import org.sparklora.jobs.predict.PredictPrompts;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.similarity.TextScores;
import org.sparklora.storage.Lease;
import org.sparklora.storage.LeaseClaim;
import org.sparklora.storage.Store;

/** {@code docs/spec/evaluation.md}. */
class TestEvaluateJob {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROWS = 500;

  private final SparkSession session = LocalSpark.session();

  @TempDir Path folder;
  private Path good;
  private Path poor;
  private Path out;

  @BeforeEach
  void writeAnswers() throws IOException {
    good = Files.write(folder.resolve("good.jsonl"), answers(3));
    poor = Files.write(folder.resolve("poor=1.jsonl"), answers(1));
    out = folder.resolve("out");
  }

  @Test
  void tablesStandSideBySideAndAddUpToTheirRows() throws IOException {
    EvaluateResult result = evaluate("--predictions=" + good, "--predictions=" + poor);
    assertTrue(result.made());
    assertEquals(result.info(), EvaluationInfo.read(Store.local(), out.toString()).orElseThrow());
    assertFigures(expected(good), result.info().judged().get(0));
    assertFigures(expected(poor), result.info().judged().get(1));
    JsonNode outcome = JSON.readTree(out.resolve("_outcome.json").toFile());
    assertEquals(0, outcome.path("exit_code").asInt());
    assertEquals(
        result.info().judged().get(0).figures().get("bleu_4"),
        outcome.path(good + ".bleu_4").asDouble());
    assertTrue(result.table().contains("rouge_l"), result.table());
  }

  @Test
  void parquetAndTextAndTargetsElsewhereComeToTheSame() throws IOException {
    Judged expected = evaluate("--predictions=" + good).info().judged().get(0);
    Path parquet = folder.resolve("table.parquet");
    session
        .read()
        .schema("prediction string, target string, number int")
        .json(session.createDataset(answers(3), Encoders.STRING()))
        .repartition(3)
        .write()
        .parquet(parquet.toString());
    out = folder.resolve("out2");
    assertFigures(expected, evaluate("--predictions=" + parquet).info().judged().get(0));
    // Both sides in the same order, in several files.
    out = folder.resolve("out3");
    Judged beside =
        evaluate("--predictions=" + parquet, "--target_file=" + parquet).info().judged().get(0);
    assertFigures(expected, beside);
    out = folder.resolve("out4");
    Judged twoFiles =
        evaluate("--predictions=" + good, "--target_file=" + poor).info().judged().get(0);
    assertFigures(expected, twoFiles);
  }

  @Test
  void answersOfThePredictJobAreJudgedByWhatItsTableLists() throws IOException {
    PredictPrompts job =
        new PredictPrompts(session, folder).with("target_key", "a").with("format", "parquet");
    job.run();
    Files.copy(good, job.table().resolve("foreign.jsonl"));
    EvaluateResult result = evaluate("--predictions=" + job.table());
    Judged judged = result.info().judged().get(0);
    assertEquals(job.info().counts().rows(), judged.rows());
    assertEquals(job.info().exactMatch(), judged.figures().get("exact_match"));
  }

  @Test
  void runningTwiceDoesNothingAndAnotherEvaluationIsInTheWay() throws IOException {
    EvaluateResult first = evaluate("--predictions=" + good);
    EvaluateResult second = evaluate("--predictions=" + good);
    assertFalse(second.made());
    assertEquals(first.table(), second.table());
    assertTrue(second.summary().startsWith("Nothing to do, the same answers"), second.summary());
    Failure other = assertThrows(Failure.class, () -> evaluate("--predictions=" + poor));
    assertEquals(ExitCode.USAGE, other.exitCode());
    assertTrue(
        other.getMessage().startsWith("Cannot write the evaluation, another lies there: " + out),
        other.getMessage());
    assertTrue(evaluate("--predictions=" + poor, "--overwrite").made());
  }

  @Test
  void oneRunWritesAtATimeAndOnlyWhereNothingElseLies() throws IOException {
    Path foreign = Files.createDirectories(folder.resolve("foreign"));
    Files.writeString(foreign.resolve("notes.txt"), "mine");
    out = foreign;
    assertEquals(
        "Cannot write the evaluation, its folder holds something else: %s with notes.txt (expected an empty or new folder). Change --output_dir."
            .formatted(foreign),
        refused(ExitCode.USAGE, "--predictions=" + good));
    out = folder.resolve("held");
    try (Lease lease = Lease.take(Store.local(), out.toString(), LeaseClaim.of("--output_dir"))) {
      lease.check();
      refused(ExitCode.HELD, "--predictions=" + good, "--lease_wait=0s");
    }
    out = folder;
    refused(ExitCode.USAGE, "--predictions=" + good);
  }

  @Test
  void badRowsAreCountedAndTooManyEndTheJob() throws IOException {
    List<String> lines = new ArrayList<>(answers(3));
    lines.set(7, "{\"prediction\": \"x\"}");
    lines.set(8, "{\"prediction\": 1, \"target\": \"x\"}");
    Path some = Files.write(folder.resolve("some.jsonl"), lines);
    Judged judged = evaluate("--predictions=" + some).info().judged().get(0);
    assertEquals(2, judged.badRows());
    assertEquals(ROWS - 2, judged.rows());
    String refusal =
        refused(ExitCode.INPUT, "--predictions=" + some, "--max_bad_fraction=0.001", "--overwrite");
    assertTrue(
        refusal.startsWith("Cannot evaluate, too many rows are bad: 2 of 500 in " + some), refusal);
    Path empty = Files.writeString(folder.resolve("empty.jsonl"), "\n");
    assertEquals(
        "Cannot evaluate, the table holds no answers: 0 rows, 0 bad in %s (expected at least one good). Check --predictions."
            .formatted(empty),
        refused(ExitCode.INPUT, "--predictions=" + empty, "--overwrite"));
  }

  @Test
  void whatIsUnfinishedOrDamagedOrDoesNotFitIsRefused() throws IOException {
    Path half = Files.createDirectories(folder.resolve("half"));
    Files.copy(good, half.resolve("part-1.json"));
    Files.writeString(half.resolve("_unfinished"), "");
    assertEquals(
        "Cannot evaluate, the table of answers is not finished: %s (expected _predictions.json in it). Run the predict job again."
            .formatted(half),
        refused(ExitCode.INPUT, "--predictions=" + half));
    Path few = Files.write(folder.resolve("few.jsonl"), answers(3).subList(0, 9));
    assertEquals(
        "Cannot evaluate, answers and targets are not as many: 500 in %s, 9 in %s (expected a target for each answer, in the same order). Predict with --target_key, so that they stand side by side."
            .formatted(good, few),
        refused(ExitCode.INPUT, "--predictions=" + good, "--target_file=" + few));
    Path parquet = folder.resolve("table.parquet");
    session.range(3).selectExpr("'a' as prediction").write().parquet(parquet.toString());
    assertEquals(
        "Cannot evaluate, the table has no such column: target in %s (expected one of prediction). Change --prediction_key or --target_key, or give --target_file."
            .formatted(parquet),
        refused(ExitCode.INPUT, "--predictions=" + parquet));
    PredictPrompts job = new PredictPrompts(session, folder).with("target_key", "a");
    job.run();
    Path part = job.table().resolve(job.info().files().get(0).name());
    Files.delete(part);
    assertEquals(
        "Cannot evaluate, a file of the table of answers is not as it was written: %s has no bytes (expected %d). Run the predict job again with --overwrite."
            .formatted(part, job.info().files().get(0).bytes()),
        refused(ExitCode.INPUT, "--predictions=" + job.table()));
  }

  private EvaluateResult evaluate(String... flags) {
    List<String> all = new ArrayList<>(Arrays.asList(flags));
    all.add("--output_dir=" + out);
    return EvaluateJob.run(
        session,
        Settings.parse(EvaluateConfig.options(), all.toArray(String[]::new))
            .build(EvaluateConfig::of));
  }

  private String refused(ExitCode code, String... flags) {
    Failure failure = assertThrows(Failure.class, () -> evaluate(flags));
    assertEquals(code, failure.exitCode(), failure.getMessage());
    return failure.getMessage();
  }

  /** Rows whose answers share the first words with their targets. */
  private static List<String> answers(int sameWords) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      String target = "row %d has these six words".formatted(i);
      String[] words = target.split(" ");
      for (int w = sameWords + i % 4; w < words.length; w++) {
        words[w] = "other" + w;
      }
      lines.add(
          JSON.createObjectNode()
              .put("prediction", String.join(" ", words))
              .put("target", target)
              .put("number", i)
              .toString());
    }
    return lines;
  }

  private static Judged expected(Path file) throws IOException {
    TextScores scores = TextScores.NONE;
    for (String line : Files.readAllLines(file)) {
      JsonNode row = JSON.readTree(line);
      scores =
          scores.plus(TextScores.of(row.path("prediction").asText(), row.path("target").asText()));
    }
    return Judged.of(file.toString(), scores, 0);
  }

  private static void assertFigures(Judged expected, Judged judged) {
    assertEquals(expected.rows(), judged.rows());
    expected
        .figures()
        .forEach((name, value) -> assertEquals(value, judged.figures().get(name), 1e-9, name));
  }
}
