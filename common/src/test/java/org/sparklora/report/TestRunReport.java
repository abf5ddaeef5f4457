package org.sparklora.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Sha256;
import org.sparklora.feature.ChatCounts;
import org.sparklora.feature.DataFile;
import org.sparklora.feature.FeatureTableInfo;
import org.sparklora.feature.LengthHistogram;
import org.sparklora.feature.TableCounts;
import org.sparklora.feature.TableFormat;
import org.sparklora.feature.TableOrigin;
import org.sparklora.storage.Store;
import org.sparklora.track.RunEvent.Kind;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class TestRunReport {
  private static final Pattern OUTSIDE =
      Pattern.compile("(?i)(\\bsrc=|href|url\\(|@import|<script|<link|<iframe|javascript:)");

  @TempDir private Path folder;

  @Test
  void everyNumberOfTheTrainerStateIsOnThePage() throws Exception {
    RecordedRun run = new RecordedRun(folder);
    for (int step = 2; step <= 40; step += 2) {
      run.logged(step, 3.0 / step + 0.123456789);
    }
    run.evaluated(20, 0.4567891).evaluated(40, 0.5678912).best(0.4567891).saved(40);
    String page = RunReport.page(run.read());
    JsonNode state =
        new ObjectMapper().readTree(folder.resolve("checkpoint-40/trainer_state.json").toFile());
    assertEquals(22, state.get("log_history").size());
    for (JsonNode entry : state.get("log_history")) {
      for (Map.Entry<String, JsonNode> field : entry.properties()) {
        assertTrue(page.contains(">" + field.getValue().asText() + "<"), field.toString());
      }
    }
    assertTrue(page.contains("step 20: eval_loss 0.4567891"), page);
    assertTrue(page.contains("best evaluation"), page);
    assertTrue(page.contains("All 40 steps are trained."), page);
  }

  @Test
  void thePageIsOneWellFormedFileThatNeedsNoOther() throws Exception {
    String page = RunReport.page(full().read());
    assertTrue(page.startsWith("<!DOCTYPE html>\n<html lang=\"en\">"), page.substring(0, 50));
    assertFalse(OUTSIDE.matcher(page).find(), page);
    Document parsed = parse(page);
    assertTrue(parsed.getElementsByTagName("svg").getLength() >= 5);
    assertTrue(parsed.getElementsByTagName("title").getLength() > 20);
  }

  @Test
  void whatUsersNamedIsTextAndNeverMarkup() throws Exception {
    String evil = "<script>alert(1)</script>\"'&\u202e\u0007";
    RecordedRun run =
        new RecordedRun(folder)
            .base(evil)
            .flag("weights_cache", evil)
            .flag("previous_lora_weights", "s3a://key:secret@bucket/x")
            .logged(1, 2)
            .saved(1)
            .happened(Kind.GENERATION, 0, Map.of("generation", evil, "ranks", evil))
            .happened(Kind.FAILED, 0, Map.of("message", evil));
    RunRecord record = run.read();
    String page = RunReport.page(record);
    assertFalse(page.contains("<script"), page);
    assertFalse(page.contains("\u202e"), page);
    assertFalse(page.contains("secret"), page);
    assertTrue(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\\u202e"), page);
    parse(page);
    String card = new ModelCard(record).text();
    assertFalse(card.contains("\u202e"), card);
    assertTrue(card.contains("base_model: \"<script>alert(1)</script>\\\"'&\\\\u202e"), card);
    assertTrue(card.contains("# LoRA adapter for \\<script\\>alert(1)\\</script\\>"), card);
  }

  @Test
  void aRunWithoutACheckpointHasAPageToo() throws Exception {
    String page = RunReport.page(new RecordedRun(folder).settled().read());
    assertTrue(page.contains("No checkpoint is committed yet, 40 steps are to be trained."), page);
    assertTrue(page.contains("No step is logged yet."), page);
    parse(page);
  }

  @Test
  void lossesThatAreNoNumbersAreGaps() throws Exception {
    RecordedRun run = new RecordedRun(folder);
    run.logged(1, 2).logged(2, Double.NaN).logged(3, Double.POSITIVE_INFINITY).logged(4, 1);
    String page = RunReport.page(run.saved(4).read());
    assertTrue(page.contains("step 1: loss 2.0"), page);
    assertFalse(Pattern.compile("d=\"[^\"]*(NaN|Inf)").matcher(page).find(), page);
    parse(page);
  }

  @Test
  void aVeryLongRunIsNoVeryLongPage() {
    RecordedRun run = new RecordedRun(folder);
    for (int step = 1; step <= 20_000; step++) {
      run.logged(step, 1 + 1.0 / step);
    }
    String page = RunReport.page(run.saved(40).read());
    assertTrue(page.length() < 3_000_000, "" + page.length());
    assertTrue(page.contains("20000 entries of trainer_state.json, of which every 20. is here"));
  }

  @Test
  void countsAndLengthsAreThoseOfTheTableThatWasTrainedOn() {
    FeatureTableInfo table = table();
    RecordedRun run = new RecordedRun(folder).trainedOn(table).logged(1, 2).saved(1);
    String page = RunReport.page(run.read(table));
    assertTrue(page.contains("<th>cut</th><td>7</td>"), page);
    assertTrue(page.contains("<th>bad: no answer</th><td>3</td>"), page);
    assertTrue(page.contains("<th>turns joined</th><td>5</td>"), page);
    assertTrue(page.contains("11 rows of 5 to 8 tokens"), page);
    String other = RunReport.page(run.read(withAnotherCount(table)));
    assertFalse(other.contains("<th>cut</th>"), other);
  }

  @Test
  void generationsAndFaultsStandOnTheAxisOfTime() {
    String page = RunReport.page(full().read());
    assertTrue(page.contains("generation 0, from step 0 on 2 ranks, "), page);
    assertTrue(page.contains("Lost rank 1 on host b."), page);
    assertTrue(page.contains("generation 1 goes on from step 20 on 1 ranks"), page);
    assertTrue(page.contains("<dt>faults</dt><dd>1</dd>"), page);
  }

  @Test
  void settingsSayWhereTheyCameFrom() {
    String page = RunReport.page(full().read());
    assertTrue(page.contains("<th>max_steps</th><td>40</td>"), page);
    assertTrue(page.contains("2 steps were left out because a loss or gradient"), page);
    assertTrue(page.contains("039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81"));
  }

  @Test
  void theCardHasPeftsHeadAndSaysWhatIsKnown() {
    FeatureTableInfo table = table();
    RecordedRun run = new RecordedRun(folder).trainedOn(table).logged(1, 2).logged(40, 0.5);
    run.evaluated(20, 0.75).evaluated(40, 0.8).best(0.75).saved(40);
    String card = new ModelCard(run.read(table)).text();
    assertTrue(
        card.startsWith(
            """
            ---
            base_model: "org/tiny-base"
            library_name: peft
            pipeline_tag: text-generation
            tags:
            - "base_model:adapter:org/tiny-base"
            - lora
            - transformers
            - sparklora
            ---
            """),
        card);
    assertTrue(card.contains("| loss, first logged (step 1) | 2.0 |"), card);
    assertTrue(card.contains("| loss, last logged (step 40) | 0.5 |"), card);
    assertTrue(card.contains("| evaluation loss, best (step 20) | 0.75 |"), card);
    assertTrue(card.contains("| cut | 7 |"), card);
    assertTrue(card.contains("PeftModel.from_pretrained(base, \"" + folder + "\")"), card);
  }

  @Test
  void ofManyRanksTheExtremesAreDrawnAndNamed() {
    double[] megabytes = new double[64];
    for (int rank = 0; rank < 64; rank++) {
      megabytes[rank] = 100 + (rank * 37) % 64;
    }
    String page = RunReport.page(new RecordedRun(folder).memory(5, megabytes).saved(5).read());
    assertTrue(page.contains("highest of 64 ranks"), page);
    assertTrue(page.contains("step 5, rank 19: 163.0, the highest"), page);
    assertTrue(page.contains("step 5, rank 0: 100.0, the lowest"), page);
    assertTrue(page.contains("step 5, rank 32: 132.0, the median"), page);
    assertFalse(page.contains("rank 63"), page);
  }

  @Test
  void ofVeryManyRanksTheLoggedExtremesAreDrawn() {
    Map<String, Double> figures =
        Map.of(
            "rank/highest/memory_mb",
            900.0,
            "rank/median/memory_mb",
            500.0,
            "rank/lowest/memory_mb",
            200.0);
    String page = RunReport.page(new RecordedRun(folder).figures(5, figures).saved(5).read());
    assertTrue(page.contains("highest of all ranks"), page);
    assertTrue(page.contains("step 5: 900.0, the highest"), page);
    assertTrue(page.contains("step 5: 500.0, the median"), page);
    assertTrue(page.contains("step 5: 200.0, the lowest"), page);
  }

  @Test
  void ofFewRanksEachHasItsLine() {
    String page =
        RunReport.page(new RecordedRun(folder).memory(5, 1, 2, 3, 4, 5, 6, 7, 8).saved(5).read());
    assertTrue(page.contains("step 5, rank 7: 8.000"), page);
    assertFalse(page.contains("the highest"), page);
  }

  @Test
  void thePublishedStepIsNamedWithItsFingerprint() {
    RecordedRun run = new RecordedRun(folder).logged(10, 2).logged(40, 1).saved(40);
    String hash = Sha256.of(new byte[] {4, 5, 6}).hex();
    RunRecord before = run.read().publishing(10, run.toPublish());
    for (RunRecord record : List.of(before, run.published(10).read())) {
      String page = RunReport.page(record);
      assertTrue(page.contains("All 40 steps are trained. The adapter is that of step 10."), page);
      assertTrue(page.contains("adapter of step 10</th><td>" + hash), page);
      assertTrue(page.contains("<dt>tokens</dt><dd>1234</dd>"), page); // of all steps
      assertTrue(new ModelCard(record).text().contains("The adapter is that of step 10."));
    }
  }

  @Test
  void aRunThatItsEvaluationsEndedSaysSo() {
    RecordedRun run = new RecordedRun(folder).logged(10, 2).evaluated(10, 2).evaluated(30, 3);
    String page = RunReport.page(run.saved(30).published(10).read());
    assertTrue(
        page.contains(
            "Its evaluations ended the run after 30 of 40 steps. The adapter is that of step 10."),
        page);
    // a later start goes on behind what is published
    String later = RunReport.page(run.logged(35, 1).saved(35).read());
    assertTrue(later.contains("35 of 40 steps are trained and saved."), later);
  }

  @Test
  void filesOfOthersAreLeftAlone() throws Exception {
    RecordedRun run = new RecordedRun(folder).logged(1, 2).saved(1);
    RunRecord record = run.read();
    assertEquals(
        Set.of("report.html", "README.md"), RunReport.files(record, Store.local()).keySet());
    Files.writeString(folder.resolve("README.md"), "# Notes of mine\n");
    assertEquals(Set.of("report.html"), RunReport.files(record, Store.local()).keySet());
  }

  @Test
  void aFolderWithoutARunIsRefused() {
    Failure none = assertThrows(Failure.class, () -> new RecordedRun(folder).read());
    assertEquals(ExitCode.INPUT, none.exitCode());
    assertEquals(
        "Cannot report on a run, the folder holds none: no _run.json in %s (expected a training's output folder). Check --output_dir."
            .formatted(folder),
        none.getMessage());
  }

  private RecordedRun full() {
    RecordedRun run = new RecordedRun(folder);
    for (int step = 2; step <= 40; step += 2) {
      run.logged(step, 3.0 / step);
    }
    return run.evaluated(40, 0.5)
        .saved(40)
        .speed(0, 1, 100, 200, 300)
        .happened(Kind.STARTED, -1, Map.of("Java", "17"))
        .happened(Kind.GENERATION, 0, Map.of("generation", "0", "ranks", "2"))
        .happened(Kind.FAILED, 20, Map.of("message", "Lost rank 1 on host b."))
        .happened(Kind.GENERATION, 20, Map.of("generation", "1", "ranks", "1"))
        .happened(Kind.TRAINED, 40, Map.of());
  }

  private static FeatureTableInfo table() {
    LengthHistogram.Tally lengths = new LengthHistogram.Tally();
    for (int i = 0; i < 11; i++) {
      lengths.add(6);
    }
    TreeMap<String, Long> counts = new TreeMap<>(Map.of("turns_joined", 5L));
    TreeMap<String, Long> bad = new TreeMap<>(Map.of("no answer", 3L));
    return FeatureTableInfo.of(
        TableFormat.PARQUET,
        new TableOrigin(
            "org/tiny-base",
            "sha256:1",
            2,
            "q",
            "a",
            "UTF-8",
            "drop",
            64,
            List.of(),
            null,
            null,
            null,
            null),
        List.of(new DataFile("part-0", 11, 100)),
        new TableCounts(20, 11, 7, 6, 3),
        lengths.histogram(),
        new ChatCounts(counts, bad));
  }

  private static FeatureTableInfo withAnotherCount(FeatureTableInfo table) {
    return FeatureTableInfo.of(
        table.format(),
        table.madeFrom(),
        table.dataFiles(),
        new TableCounts(20, 11, 8, 6, 3),
        table.lengths(),
        table.chatCounts());
  }

  private static Document parse(String page) throws Exception {
    String body = page.substring(page.indexOf('\n') + 1);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(body)));
  }
}
