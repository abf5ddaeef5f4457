package org.sparklora.jobs.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.adapter.AdapterOrigin;
import org.sparklora.config.Settings;
import org.sparklora.evaluate.EvaluateConfig;
import org.sparklora.evaluate.Judged;
import org.sparklora.feature.FeatureTable;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.tokenize.TokenizeCorpus;
import org.sparklora.jobs.train.TrainRun;
import org.sparklora.predict.ModelChoice;
import org.sparklora.storage.Store;

/** {@code docs/spec/evaluation.md}: models on a feature table. */
class TestTableJudging {
  private static final SparkSession SESSION = LocalSpark.session();

  @TempDir static Path home;
  private static Path table;
  private static TrainRun run;

  @TempDir Path folder;

  @BeforeAll
  static void train() throws Exception {
    TokenizeCorpus corpus = new TokenizeCorpus(SESSION, home);
    corpus.run();
    table = corpus.table();
    run =
        new TrainRun(SESSION, table, home.resolve("run"))
            .with("eval_dataset", heldOut("few", "parquet").toString())
            .with("eval_steps", "3");
    run.run();
  }

  @Test
  void baseAndAdapterHaveTheLossesThatTrainingFound() throws Exception {
    EvaluateResult result = few("--adapter=after=" + run.output());
    double[] losses = run.logged("eval_loss");
    double[] accuracies = run.logged("eval_token_accuracy");
    Judged base = result.info().judged().get(0);
    Judged after = result.info().judged().get(1);
    assertEquals("base", base.name());
    assertEquals("after", after.name());
    assertEquals(9, after.rows());
    assertEquals(losses[0], base.figures().get("loss"), 1e-5);
    assertEquals(losses[losses.length - 1], after.figures().get("loss"), 1e-5);
    assertEquals(Math.exp(base.figures().get("loss")), base.figures().get("perplexity"), 1e-9);
    assertEquals(accuracies[0], base.figures().get("token_accuracy"), 1e-12);
    assertEquals(accuracies[accuracies.length - 1], after.figures().get("token_accuracy"), 1e-12);
    assertTrue(result.table().lines().findFirst().orElseThrow().matches(" +base +after"));
    EvaluateResult again = few("--adapter=after=" + run.output());
    assertFalse(again.made());
    assertEquals(result.table(), again.table());
    assertTrue(again.summary().startsWith("Nothing to do, the same models"), again.summary());
  }

  @Test
  void anArrowTableFindsTheSameAndAnAdapterOfNoWeightIsTheBase() throws Exception {
    List<Judged> parquet = few("--adapter=none=" + run.output() + ":0").info().judged();
    assertEquals(parquet.get(0).figures(), parquet.get(1).figures());
    Path arrow = heldOut("arrow", "arrow");
    Judged base = evaluate(arrow, "arrow-out").info().judged().get(0);
    assertEquals(parquet.get(0).figures().get("loss"), base.figures().get("loss"), 1e-9);
  }

  @Test
  void adaptersThatWereTrainedWithAnotherFormAreNamedInOneLine() throws Exception {
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.writeString(
        other.resolve(AdapterOrigin.FILE), "{\"prompt_form\": {\"form\": \"baichuan\"}}");
    FeatureTable few = FeatureTable.open(Store.local(), home.resolve("few/table").toString());
    Map<String, ModelChoice> models =
        Settings.parse(
                EvaluateConfig.options(),
                "--tokenized_dataset=" + few.folder(),
                "--adapter=same=" + run.output(),
                "--adapter=other=" + other,
                "--adapter=peft=" + folder,
                "--output_dir=x")
            .build(EvaluateConfig::of)
            .loss()
            .orElseThrow()
            .models(Fixtures.path("llama", "model").toString(), path -> path);
    assertEquals(
        Optional.of(
            "The table's prompts are written as none, but other was trained with baichuan; figures may be worse than in use"),
        OtherForms.said(Store.local(), few, models));
    models.remove("other");
    assertEquals(Optional.empty(), OtherForms.said(Store.local(), few, models));
  }

  @Test
  void otherLabelsAreAnotherEvaluation() throws Exception {
    double answers = few().info().judged().get(0).figures().get("loss");
    Failure other = assertThrows(Failure.class, () -> few("--label_policy=all"));
    assertEquals(ExitCode.USAGE, other.exitCode());
    assertTrue(other.getMessage().contains(" differs in label_policy "), other.getMessage());
    double all =
        few("--label_policy=all", "--overwrite").info().judged().get(0).figures().get("loss");
    assertTrue(Math.abs(all - answers) > 1e-3, all + " and " + answers);
  }

  @Test
  void modelsAndTablesThatDoNotFitAreRefused() throws Exception {
    TokenizeCorpus qwen = new TokenizeCorpus(SESSION, folder.resolve("qwen")).family("qwen2");
    qwen.run();
    String llama = Fixtures.path("llama", "model").toString();
    String tokenizer = refused(qwen.table(), "--model_checkpoint=" + llama);
    assertTrue(
        tokenizer.startsWith(
            "Cannot evaluate, the feature table was made with another tokenizer than the base"
                + " model's: sha256:"),
        tokenizer);
    String adapter = refused(qwen.table(), "--adapter=" + run.output());
    assertTrue(adapter.startsWith("Cannot use the adapter"), adapter);
    String row = "{\"q\": \"%s\", \"a\": \"x\"}\n".formatted("many words ".repeat(200));
    Path full = tokenized("full", "parquet", row);
    assertEquals(
        "Cannot evaluate, no row of the feature table has labels: 1 rows in %s (expected some). Look at its targets, or tokenize it again with a higher --max_seq_length."
            .formatted(full),
        refused(full));
  }

  private EvaluateResult few(String... flags) {
    return evaluate(home.resolve("few/table"), "out", flags);
  }

  private String refused(Path table, String... flags) {
    Failure failure = assertThrows(Failure.class, () -> evaluate(table, "refused", flags));
    assertEquals(ExitCode.INPUT, failure.exitCode(), failure.getMessage());
    return failure.getMessage();
  }

  private EvaluateResult evaluate(Path table, String out, String... flags) {
    List<String> all = new ArrayList<>(Arrays.asList(flags));
    all.add("--tokenized_dataset=" + table);
    all.add("--output_dir=" + folder.resolve(out));
    return EvaluateJob.run(
        SESSION,
        Settings.parse(EvaluateConfig.options(), all.toArray(String[]::new))
            .build(EvaluateConfig::of));
  }

  private static Path heldOut(String name, String format) throws Exception {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 9; i++) {
      rows.append("{\"q\": \"simple math: %d+%d=\", \"a\": \"%d\"}%n".formatted(i, 7, i + 7));
    }
    return tokenized(name, format, rows.toString());
  }

  private static Path tokenized(String name, String format, String rows) throws Exception {
    Path there = Files.createDirectories(home.resolve(name));
    Path file = Files.writeString(there.resolve("corpus.jsonl"), rows);
    TokenizeCorpus corpus =
        new TokenizeCorpus(SESSION, there)
            .with("input_file", file.toString())
            .with("format", format);
    corpus.run();
    return corpus.table();
  }
}
