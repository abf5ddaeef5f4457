package org.sparklora.jobs.tokenize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.feature.FeatureTableInfo;
import org.sparklora.feature.MixedCorpus;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.storage.Store;

/** {@code docs/corpora.md}, Mixing. */
class TestMixedCorpora {
  private final SparkSession session = LocalSpark.session();

  @TempDir Path folder;
  private Path many;
  private Path few;

  @BeforeEach
  void writeCorpora() throws IOException {
    many = Files.write(folder.resolve("many=1.jsonl"), rows("many", 1000));
    few = Files.write(folder.resolve("few.jsonl"), rows("few", 90));
  }

  @Test
  void sharesComeToExactCountsThatTheContractSays() throws IOException {
    TokenizeCorpus job = job("one").mix(many + "=0.7", few + "=0.3");
    FeatureTableInfo info = job.run().info();
    assertEquals(300, info.rows());
    assertEquals(
        List.of(new MixedCorpus(many + "=0.7", 1000, 210), new MixedCorpus(few + "=0.3", 90, 90)),
        info.mixed());
    assertEquals(List.of(many + "=0.7", few + "=0.3"), info.madeFrom().mix());
    assertEquals(info, FeatureTableInfo.read(Store.local(), job.table().toString()).orElseThrow());
    assertFalse(job.run().made());
    Failure other = assertThrows(Failure.class, () -> job.mix(many + "=0.6", few + "=0.4").run());
    assertEquals(ExitCode.USAGE, other.exitCode());
    assertTrue(
        other.getMessage().contains("differs in the mix of --input_file"), other.getMessage());
  }

  @Test
  void theSameRowsAreTakenFromOneFileOfTextOrManyPartsOrParquet() throws IOException {
    TokenizeCorpus one = job("one").mix(many + "=137", few + "=11");
    one.run();
    TokenizeCorpus again = job("again").mix(few + "=11", many + "=137");
    again.run();
    assertEquals(new HashSet<>(ids(one)), new HashSet<>(ids(again)));
    TokenizeCorpus more = job("more").mix(many + "=138", few + "=12");
    more.run();
    assertTrue(new HashSet<>(ids(more)).containsAll(ids(one)));
    Path parquet = folder.resolve("many.parquet");
    session.read().json(many.toString()).coalesce(1).write().parquet(parquet.toString());
    TokenizeCorpus columns = job("columns").mix(parquet + "=137");
    assertEquals(137, columns.run().info().rows());
    TokenizeCorpus whole =
        job("whole")
            .without("prompt_key")
            .without("target_key")
            .with("prompt_format", "{prompt}")
            .mix(chats() + "=40");
    FeatureTableInfo chats = whole.run().info();
    assertEquals(40, chats.counts().read());
  }

  @Test
  void withoutSharesAllRowsOfAllAreTakenInTheirOrder() throws IOException {
    TokenizeCorpus job = job("all").mix(few.toString(), many.toString());
    FeatureTableInfo info = job.run().info();
    assertEquals(1090, info.rows());
    assertEquals(List.of(), info.mixed());
    TokenizeCorpus first = job("first").with("input_file", few.toString());
    first.run();
    assertEquals(ids(first), ids(job).subList(0, 90));
  }

  @Test
  void whatIsChosenIsSplitAfterwards() throws IOException {
    TokenizeCorpus whole = job("unsplit").mix(many + "=137", few + "=11");
    whole.run();
    TokenizeCorpus split = job("split").with("val_size", "0.3").mix(many + "=137", few + "=11");
    TokenizeResult made = split.run();
    TokenizeResult heldOut = made.heldOut().orElseThrow();
    assertEquals(
        List.of(new MixedCorpus(many + "=137", 1000, 137), new MixedCorpus(few + "=11", 90, 11)),
        made.info().mixed());
    assertEquals(made.info().mixed(), heldOut.info().mixed());
    assertTrue(heldOut.info().rows() > 10, "" + heldOut.info().rows());
    List<String> both = new ArrayList<>(ids(split));
    TokenizeCorpus.rows(session, Store.local(), heldOut.folder())
        .forEach(row -> both.add(Arrays.toString(row.inputIds())));
    assertEquals(ids(whole).stream().sorted().toList(), both.stream().sorted().toList());
  }

  @Test
  void badRowsDoNotCountAsRowsOfAMix() throws IOException {
    List<String> lines = new ArrayList<>(rows("bad", 50));
    lines.set(3, "{");
    lines.set(4, "{\"q\": 1, \"a\": \"x\"}");
    Path bad = Files.write(folder.resolve("bad.jsonl"), lines);
    FeatureTableInfo info =
        job("bad").with("max_bad_fraction", "0.5").mix(bad + "=48").run().info();
    assertEquals(48, info.rows());
    assertEquals(2, info.counts().bad());
    assertEquals(
        "Cannot mix corpora, one has too few rows: 48 in %s (expected at least 49). Ask for fewer rows."
            .formatted(bad),
        assertThrows(Failure.class, () -> job("few").mix(bad + "=49").run()).getMessage());
  }

  @Test
  void aFileBelongsToOneCorpus() {
    Failure failure =
        assertThrows(
            Failure.class, () -> job("twice").mix(folder + "/*.jsonl=0.5", few + "=0.5").run());
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertEquals(
        "Cannot mix corpora, two of them hold one file: %s in %s and %s (expected each file once). Drop one --input_file."
            .formatted(few, folder + "/*.jsonl=0.5", few + "=0.5"),
        failure.getMessage());
  }

  private TokenizeCorpus job(String name) throws IOException {
    return new TokenizeCorpus(session, Files.createDirectories(folder.resolve("tables/" + name)));
  }

  private static List<String> ids(TokenizeCorpus job) {
    return job.rows().stream().map(row -> Arrays.toString(row.inputIds())).toList();
  }

  private Path chats() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      lines.add(
          "{\"instruction\": \"say %d\", \"input\": \"\", \"output\": \"%d\"}".formatted(i, i));
    }
    Path json = Files.write(folder.resolve("chats.json"), lines);
    Path parquet = folder.resolve("chats.parquet");
    session.read().json(json.toString()).repartition(2).write().parquet(parquet.toString());
    return parquet;
  }

  private static List<String> rows(String name, int rows) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      // Some texts come twice.
      int number = i % 50 == 49 ? i - 1 : i;
      lines.add("{\"q\": \"%s %d?\", \"a\": \"answer %d\"}".formatted(name, number, number));
    }
    return lines;
  }
}
