package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Sha256;
import org.sparklora.feature.FeatureRow;
import org.sparklora.jobs.run.LoggedLines;
import org.sparklora.jobs.train.TrainRun;
import org.sparklora.storage.EachStore;
import org.sparklora.storage.StoredFile;
import org.sparklora.storage.TestedStore;

/**
 * The three jobs with everything on each store, in a folder of an odd name, against the same on
 * plain local files.
 */
@Tag("storage")
@Timeout(600)
class TestJobsEverywhere {
  private static final Map<String, StoredPipeline> PIPELINES = new HashMap<>();

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void tokenizesToTheSameRows(TestedStore tested) {
    StoredPipeline pipeline = on(tested);
    for (String format : List.of("parquet", "arrow")) {
      pipeline.tokenize(format);
      assertEquals(texts(Undisturbed.run().rows()), texts(pipeline.rows(format)), format);
    }
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void readsParquetOfOddNames(TestedStore tested) {
    StoredPipeline pipeline = StoredPipeline.on(tested.server().get(), "odd [a] {b,c}");
    for (String name : List.of("a b[1].parquet", "{b,c} 100%25 #", "数学 e\u0301+&?*.parquet")) {
      pipeline.put("odd/" + name, Path.of("src/test/resources/parquet/lz4.parquet"));
    }
    assertEquals(9, pipeline.tokenizeAlso("odd").info().rows());
    assertEquals(3, pipeline.tokenizeAlso("odd/a b[1].parquet").info().rows());
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void trainsToTheSameAdapterAndKeepsTheNewestCheckpoints(TestedStore tested) {
    StoredPipeline pipeline = on(tested);
    try (LoggedLines log = new LoggedLines()) {
      assertTrue(pipeline.train("run").with("save_total_limit", "2").run().trained());
      assertEquals(1, log.containing("Step 6 published: ").size());
      assertEquals(List.of(), log.containing("not whole"));
    }

    assertArrayEquals(Undisturbed.run().adapter(), pipeline.adapter("run"));
    assertEquals(TrainRun.PUBLISHED, pipeline.names("run"));
    assertEquals(List.of(), pipeline.store().list(pipeline.path("run/_lease")));
    List<StoredFile> logs = pipeline.store().list(pipeline.path("run/runs"));
    assertEquals(1, logs.size());
    // the run's history, its metrics as lines and as TensorBoard's events
    assertEquals(3, pipeline.store().list(logs.get(0).path()).size());
  }

  /** What the marker lists was there before it. */
  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void theReportIsCommittedWithTheAdapterAndHoldsTheNumbersOfItsState(TestedStore tested)
      throws Exception {
    StoredPipeline pipeline = on(tested);
    pipeline.train("answering").run();
    ObjectMapper json = new ObjectMapper();
    JsonNode committed =
        json.readTree(pipeline.store().readText(pipeline.path("answering/_published.json")))
            .get("files");
    for (String name : List.of("report.html", "README.md", "trainer_state.json")) {
      byte[] bytes = pipeline.store().readBytes(pipeline.path("answering/" + name));
      assertEquals(committed.get(name).get("size").asLong(), bytes.length, name);
      assertEquals(committed.get(name).get("sha256").asText(), Sha256.of(bytes).hex(), name);
    }
    String page = pipeline.store().readText(pipeline.path("answering/report.html"));
    JsonNode log =
        json.readTree(pipeline.store().readText(pipeline.path("answering/trainer_state.json")))
            .get("log_history");
    assertEquals(6, log.size());
    for (JsonNode entry : log) {
      for (Map.Entry<String, JsonNode> field : entry.properties()) {
        assertTrue(page.contains(">" + field.getValue().asText() + "<"), field.toString());
      }
    }
    assertTrue(page.endsWith("</html>\n"), page.substring(page.length() - 20));
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void aStoppedRunGoesOnToTheSameAdapter(TestedStore tested) {
    StoredPipeline pipeline = on(tested);
    TrainRun broken = pipeline.train("broken");
    broken.watched(
        line -> {
          if (line.startsWith("step 3/")) {
            broken.stop().ask();
            // The next question to the driver is a fifth of a second away.
            LockSupport.parkNanos(300_000_000L);
          }
        });
    Failure stopped = assertThrows(Failure.class, broken::run);
    assertEquals(ExitCode.STOPPED, stopped.exitCode(), stopped.getMessage());
    assertTrue(
        stopped
            .getMessage()
            .contains("the last checkpoint is " + pipeline.path("broken/checkpoint-4")),
        stopped.getMessage());
    assertTrue(pipeline.store().readText(pipeline.path("broken/_outcome.json")).contains("143"));

    TrainRun resumed = pipeline.train("broken");
    resumed.run();

    assertTrue(resumed.lines().get(0).startsWith("step 5/6"), resumed.lines().get(0));
    assertArrayEquals(Undisturbed.run().adapter(), pipeline.adapter("broken"));
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void answersWithTheSameWords(TestedStore tested) {
    StoredPipeline pipeline = on(tested);
    pipeline.train("answering").run();
    pipeline.predict("answering");
    assertEquals(Undisturbed.run().answers(), pipeline.answers("answering"));
  }

  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void finishedWorkIsNotDoneAgain(TestedStore tested) {
    StoredPipeline pipeline = on(tested);
    pipeline.train("answering").run();
    pipeline.predict("answering");
    assertFalse(pipeline.tokenize("parquet").made());
    assertFalse(pipeline.train("answering").run().trained());
    assertFalse(pipeline.predict("answering").made());
  }

  private static StoredPipeline on(TestedStore tested) {
    return PIPELINES.computeIfAbsent(
        tested.scheme(),
        scheme ->
            StoredPipeline.on(tested.server().get(), "数学 50% #1 %20 e\u0301+&" + colon(scheme)));
  }

  /** HDFS has no names with one. */
  private static String colon(String scheme) {
    return scheme.equals("hdfs") ? "" : " v:2";
  }

  private static List<String> texts(List<FeatureRow> rows) {
    return rows.stream().map(r -> r.seqLen() + " " + Arrays.toString(r.inputIds())).toList();
  }
}
