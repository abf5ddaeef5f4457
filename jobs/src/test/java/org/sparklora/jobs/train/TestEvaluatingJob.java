package org.sparklora.jobs.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.tokenize.TokenizeCorpus;

/** A train job that evaluates held-out rows. */
class TestEvaluatingJob {
  private static final SparkSession SESSION = LocalSpark.session();

  @TempDir static Path tables;
  private static Path table;
  private static Path heldOut;

  @TempDir Path folder;

  @BeforeAll
  static void tokenize() throws Exception {
    TokenizeCorpus corpus = new TokenizeCorpus(SESSION, tables);
    corpus.run();
    table = corpus.table();
    heldOut = tokenized("few", rows(9)).table();
  }

  @Test
  void theBestStepIsPublishedAndTheRunSaysWhatItFound() throws Exception {
    TrainRun run = run("a").with("save_total_limit", "1");
    TrainResult result = run.run();
    List<String> evaluations =
        run.lines().stream().filter(l -> l.startsWith("evaluation after step ")).toList();
    assertEquals(4, evaluations.size(), evaluations.toString());
    assertTrue(evaluations.get(0).startsWith("evaluation after step 0/6  loss "));
    assertTrue(evaluations.get(0).contains("  9 rows in "), evaluations.get(0));
    double[] losses = run.logged("eval_loss");
    assertEquals(4, losses.length);
    assertTrue(losses[3] < losses[0], losses[0] + " to " + losses[3]);
    assertTrue(
        result
            .summary()
            .contains(
                " of step 6, the best in %s. On held-out rows: loss %.4f before, %.4f after the last step; best loss %.4f."
                    .formatted(run.output(), losses[0], losses[3], losses[3])),
        result.summary());
    assertEquals(losses[0], result.outcome().figures().get("eval_loss_before"));
    assertEquals(losses[3], result.outcome().figures().get("eval_loss_after"));
    assertFalse(run.run().trained());
  }

  @Test
  void aRunThatEndsEarlyIsDone() throws Exception {
    TrainRun run =
        run("early")
            .with("early_stopping_patience", "1")
            .with("early_stopping_threshold", "100")
            .with("save_steps", "100");
    TrainResult result = run.run();
    assertTrue(result.summary().startsWith("Trained 4 steps of run "), result.summary());
    assertTrue(
        result.summary().contains(" It got no better, so the run ended early."), result.summary());
    assertFalse(run.run().trained());
    assertTrue(Files.exists(run.output().resolve("checkpoint-4")));
  }

  @Test
  void anArrowTableAndAnotherNumberOfRanksFindTheSame() throws Exception {
    TrainRun parquet = run("parquet").with("max_steps", "1");
    parquet.run();
    TokenizeCorpus arrow = corpus("arrow", rows(9)).with("format", "arrow");
    arrow.run();
    TrainRun other =
        run("other")
            .with("max_steps", "1")
            .with("eval_dataset", arrow.table().toString())
            .with("num_ranks", "1")
            .with("per_device_train_batch_size", "8");
    other.run();
    assertArrayEquals(parquet.logged("eval_loss"), other.logged("eval_loss"), 1e-5);
    assertArrayEquals(
        parquet.logged("eval_token_accuracy"), other.logged("eval_token_accuracy"), 1e-12);
  }

  @Test
  void aTableThatIsNotThereIsNamed() {
    String nowhere = folder.resolve("nowhere").toString();
    assertEquals(
        "Cannot train, the evaluation table does not exist: %s (expected the output of the tokenize job). Check --eval_dataset, or tokenize it first."
            .formatted(nowhere),
        refused(run("x").with("eval_dataset", nowhere), ExitCode.INPUT));
  }

  @Test
  void aTableThatWasMadeOtherwiseIsRefused() throws Exception {
    TokenizeCorpus qwen = new TokenizeCorpus(SESSION, folder.resolve("qwen")).family("qwen2");
    qwen.run();
    String tokenizer =
        refused(run("x").with("eval_dataset", qwen.table().toString()), ExitCode.INPUT);
    assertTrue(
        tokenizer.startsWith(
            "Cannot train, the evaluation table was made with another tokenizer than the base"
                + " model's: sha256:"),
        tokenizer);
    TokenizeCorpus asked = corpus("asked", rows(9)).with("prompt_format", "Q: {prompt} A: ");
    asked.run();
    String form = refused(run("x").with("eval_dataset", asked.table().toString()), ExitCode.INPUT);
    assertTrue(
        form.matches(
            "Cannot train, the evaluation table's prompts are written otherwise than those of the"
                + " feature table: a form of fingerprint sha256:[0-9a-f]+ in \\S+ \\(expected plain"
                + " texts as in \\S+\\)\\. Tokenize both in the same way\\."),
        form);
  }

  @Test
  void rowsThatAreTrainedOnTooAreToldOf() throws Exception {
    TrainRun same = run("same").with("eval_dataset", table.toString()).with("max_steps", "1");
    same.run();
    String note = "The evaluation table shares rows with the feature table that is trained on";
    assertEquals(1, same.lines().stream().filter(l -> l.startsWith(note + ": both")).count());
    TokenizeCorpus split = corpus("split", rows(40)).with("val_size", "0.3");
    split.run();
    TrainRun apart =
        new TrainRun(SESSION, split.table(), folder.resolve("apart"))
            .with("eval_dataset", split.table() + ".eval")
            .with("max_steps", "1");
    apart.run();
    assertEquals(List.of(), apart.lines().stream().filter(l -> l.startsWith(note)).toList());
    TokenizeCorpus again =
        new TokenizeCorpus(SESSION, folder.resolve("again"))
            .with("input_file", tables.resolve("split/corpus.jsonl").toString())
            .with("max_seq_length", "64");
    again.run();
    TrainRun whole = run("whole").with("max_steps", "1");
    whole.with("tokenized_dataset", split.table().toString());
    whole.with("eval_dataset", again.table().toString()).run();
    assertEquals(1, whole.lines().stream().filter(l -> l.startsWith(note + ": both")).count());
  }

  @Test
  void aTableWithoutLabelsIsRefused() throws Exception {
    // under seed, a prompt that fills the row leaves no room for its target
    String row = "{\"q\": \"%s\", \"a\": \"x\"}\n".formatted("many words ".repeat(200));
    TokenizeCorpus full = tokenized("full", row);
    assertEquals(
        "Cannot train, no row of the evaluation table has labels: 1 rows in %s (expected some). Look at its targets, or tokenize it again with a higher --max_seq_length."
            .formatted(full.table()),
        refused(run("x").with("eval_dataset", full.table().toString()), ExitCode.INPUT));
  }

  private static String refused(TrainRun run, ExitCode code) {
    Failure failure = assertThrows(Failure.class, run::run);
    assertEquals(code, failure.exitCode(), failure.getMessage());
    return failure.getMessage();
  }

  private static String rows(int count) {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < count; i++) {
      rows.append("{\"q\": \"simple math: %d+%d=\", \"a\": \"%d\"}%n".formatted(i, 7, i + 7));
    }
    return rows.toString();
  }

  private static TokenizeCorpus tokenized(String name, String rows) throws Exception {
    TokenizeCorpus corpus = corpus(name, rows);
    corpus.run();
    return corpus;
  }

  private static TokenizeCorpus corpus(String name, String rows) throws Exception {
    Path home = Files.createDirectories(tables.resolve(name));
    Path file = Files.writeString(home.resolve("corpus.jsonl"), rows);
    return new TokenizeCorpus(SESSION, home).with("input_file", file.toString());
  }

  private TrainRun run(String name) {
    return new TrainRun(SESSION, table, folder.resolve(name))
        .with("eval_dataset", heldOut.toString())
        .with("eval_steps", "2");
  }
}
