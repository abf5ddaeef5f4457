package org.sparklora.jobs.tokenize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.Fixtures;
import org.sparklora.feature.DataFile;
import org.sparklora.feature.FeatureTableInfo;
import org.sparklora.jobs.run.ClusterSpark;
import org.sparklora.jobs.run.ExecutorBreakpoint;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.run.StandaloneCluster;

/** Attempts at a tokenizing task that die or are overtaken by a copy leave nothing in the table. */
@Tag("cluster")
class TestTokenizeRetries {
  private static final int LEAST_BYTES = 5 << 20; // a task for each MiB

  @TempDir static Path shared;
  private static Path corpus;
  private static TokenizeCorpus undisturbed;
  private static FeatureTableInfo expected;
  private static List<String> rows;
  private static StandaloneCluster machines;
  private static ClusterSpark cluster;

  @TempDir Path folder;

  @BeforeAll
  static void tokenizeUndisturbed() throws Exception {
    corpus = shared.resolve("corpus.jsonl");
    String lines = Files.readString(Fixtures.path("llama", "corpus.jsonl")) + "{\"q\": \"bad\"\n";
    Files.writeString(corpus, lines.repeat(LEAST_BYTES / lines.length() + 1));
    undisturbed = job(new TokenizeCorpus(LocalSpark.session(), shared));
    expected = undisturbed.run().info();
    rows = texts(undisturbed);
    machines = StandaloneCluster.ofTests(Files.createDirectory(shared.resolve("cluster")));
    machines.workers(2);
    cluster =
        ClusterSpark.start(
            machines.master(),
            Map.of(
                "spark.executor.extraJavaOptions", ExecutorBreakpoint.AGENT,
                "spark.speculation", "true",
                "spark.speculation.interval", "100ms",
                "spark.speculation.quantile", "0.5"));
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
    machines.close();
  }

  @ParameterizedTest
  @CsvSource({
    "parquet, org.sparklora.feature.ParquetTableWriter",
    "arrow, org.sparklora.feature.ArrowTableWriter"
  })
  void anExecutorThatIsKilledHalfWayChangesNothing(String format, String writer) throws Exception {
    assertUnchanged(format, writer, ProcessHandle::destroyForcibly);
  }

  @ParameterizedTest
  @CsvSource({
    "parquet, org.sparklora.feature.ParquetTableWriter",
    "arrow, org.sparklora.feature.ArrowTableWriter"
  })
  void anAttemptThatIsOvertakenAndEndsLaterChangesNothing(String format, String writer)
      throws Exception {
    assertUnchanged(format, writer, standsStill -> {});
  }

  private void assertUnchanged(String format, String writer, Consumer<ProcessHandle> fault)
      throws Exception {
    cluster.awaitExecutors(2);
    ExecutorBreakpoint breakpoint = new ExecutorBreakpoint(writer, "add", fault);
    breakpoint.arm(cluster.executors());
    TokenizeCorpus job = job(new TokenizeCorpus(cluster.session(), folder)).with("format", format);
    FeatureTableInfo info = job.run().info();
    assertTrue(breakpoint.caught().isPresent());
    breakpoint.release();
    cluster.awaitIdle();
    assertEquals(rows, texts(job));
    assertEquals(expected.counts(), info.counts());
    assertEquals(expected.lengths(), info.lengths());
    assertEquals(undisturbed.quarantined().size(), job.quarantined().size());
    List<String> listed = info.dataFiles().stream().map(DataFile::name).toList();
    assertEquals(listed, dataFiles(job.table(), format));
  }

  private static List<String> dataFiles(Path table, String format) throws IOException {
    try (Stream<Path> files = Files.list(table)) {
      Stream<String> names = files.map(f -> f.getFileName().toString());
      return names.filter(n -> n.endsWith("." + format)).sorted().toList();
    }
  }

  private static TokenizeCorpus job(TokenizeCorpus corpusJob) {
    return corpusJob.with("input_file", corpus.toString()).with("max_bad_fraction", "0.1");
  }

  private static List<String> texts(TokenizeCorpus job) {
    List<String> texts = new ArrayList<>();
    job.rows().forEach(r -> texts.add(r.seqLen() + " " + Arrays.toString(r.inputIds())));
    return texts;
  }
}
