package org.sparklora.track.mlflow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.metric.LoggedStep;
import org.sparklora.storage.Store;

class TestMlflowTracker {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final StubMlflow server = new StubMlflow();
  private final List<LoggedStep> files = new ArrayList<>();

  @TempDir private Path folder;

  TestMlflowTracker() throws IOException {}

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aRunHasItsPointsParametersTagsArtifactsAndState() throws Exception {
    server.start();
    MlflowTracker tracker = begin("token", Map.of("seed", "42", "empty", ""));
    tracker.tag(Map.of("ranks", "2"));
    tracker.log(step(1, 2.5));
    tracker.log(step(2, Double.NaN));
    assertTrue(tracker.finish(RunState.FINISHED, () -> Map.of("a.txt", new byte[] {7}), LIMIT));
    JsonNode run = server.onlyRun();
    assertEquals("FINISHED", run.path("info").path("status").asText());
    assertEquals("my run", run.path("info").path("run_name").asText());
    assertEquals(List.of("1:2.5", "2:NaN"), server.pointsOf("train/loss"));
    assertEquals(1, run.path("data").path("params").size());
    assertTrue(run.path("data").path("tags").toString().contains("\"ranks\",\"value\":\"2\""));
    assertArrayEquals(new byte[] {7}, server.artifacts.get("1/run0/artifacts/a.txt"));
    assertEquals("Bearer token", server.authorization);
    assertEquals(Map.of("my experiment", "1"), server.experiments);
  }

  @Test
  void anotherDriverGoesOnWithTheSameRunAndSendsEachStepOnce() throws Exception {
    server.start();
    MlflowTracker first = begin("", Map.of("seed", "42"));
    first.log(step(1, 1));
    first.log(step(2, 2));
    assertTrue(first.finish(RunState.KILLED, Map::of, LIMIT));
    assertEquals("KILLED", server.onlyRun().path("info").path("status").asText());

    MlflowTracker second = begin("", Map.of("seed", "43"));
    second.log(step(2, 2));
    second.log(step(3, 3));
    assertTrue(second.finish(RunState.FINISHED, Map::of, LIMIT));
    assertEquals(List.of("1:1.0", "2:2.0", "3:3.0"), server.pointsOf("train/loss"));
    assertEquals(1, server.onlyRun().path("data").path("params").size());
    assertEquals("FINISHED", server.onlyRun().path("info").path("status").asText());
    assertTrue(session("", Map.of()).isDone());
  }

  @Test
  void whereItsIdIsLostTheRunIsFoundByItsTag() throws Exception {
    server.start();
    assertTrue(begin("", Map.of()).finish(RunState.KILLED, Map::of, LIMIT));
    Store.local().delete(folder + "/runs/run-1/mlflow.json");
    assertTrue(begin("", Map.of()).finish(RunState.FINISHED, Map::of, LIMIT));
    assertEquals("FINISHED", server.onlyRun().path("info").path("status").asText());
  }

  @Test
  void pointsOfTheTimeWithoutAServerAreDeliveredLater() throws Exception {
    MlflowTracker tracker = begin("", Map.of("seed", "1"));
    tracker.log(step(1, 1));
    server.start();
    await(() -> server.pointsOf("train/loss").size() == 1);
    server.stop();
    long before = System.nanoTime();
    for (int step = 2; step <= 2_500; step++) {
      tracker.log(step(step, step));
    }
    assertTrue(System.nanoTime() - before < 2_000_000_000L);
    server.start();
    await(() -> server.pointsOf("train/loss").size() == 2_500);
    assertTrue(tracker.finish(RunState.FINISHED, Map::of, LIMIT));
    assertEquals(2_500, server.pointsOf("train/loss").stream().distinct().count());
  }

  @Test
  void whatTheRunsFilesHoldAndTheServerDoesNotIsSentFirst() throws Exception {
    files.addAll(List.of(step(1, 1), step(2, 2)));
    server.start();
    MlflowTracker tracker = begin("", Map.of());
    tracker.log(step(2, 2));
    tracker.log(step(3, 3));
    assertTrue(tracker.finish(RunState.FINISHED, Map::of, LIMIT));
    assertEquals(List.of("1:1.0", "2:2.0", "3:3.0"), server.pointsOf("train/loss"));
  }

  @Test
  void aServerThatIsAwayOrSlowHoldsTheEndUpForSecondsOnly() throws Exception {
    MlflowTracker away = begin("", Map.of());
    long begin = System.nanoTime();
    assertFalse(away.finish(RunState.FINISHED, Map::of, Duration.ofSeconds(1)));
    assertTrue(System.nanoTime() - begin < 5_000_000_000L);
    server.delay = 5_000;
    server.start();
    MlflowTracker slow = begin("", Map.of());
    begin = System.nanoTime();
    assertFalse(slow.finish(RunState.FINISHED, Map::of, Duration.ofMillis(500)));
    assertTrue(System.nanoTime() - begin < 4_000_000_000L);
  }

  @Test
  void aServerThatFailsIsAskedAgainAndOneThatRefusesIsNot() throws Exception {
    server.refusedWith = 503;
    server.start();
    MlflowTracker tracker = begin("", Map.of());
    tracker.log(step(1, 1));
    await(() -> !server.calls.isEmpty());
    server.refusedWith = 0;
    await(() -> server.pointsOf("train/loss").size() == 1);
    server.refusedWith = 400;
    tracker.log(step(2, 2));
    await(() -> server.calls.stream().filter(c -> c.endsWith("log-batch")).count() >= 2);
    server.refusedWith = 0;
    tracker.log(step(3, 3));
    assertTrue(tracker.finish(RunState.FAILED, Map::of, LIMIT));
    assertEquals("FAILED", server.onlyRun().path("info").path("status").asText());
    assertTrue(server.pointsOf("train/loss").contains("3:3.0"));
  }

  @Test
  void theTokenWinsOverTheUserAndNeitherIsShown() {
    MlflowTarget target =
        MlflowTarget.of(
            "http://h/",
            "e",
            "r",
            Map.of("MLFLOW_TRACKING_TOKEN", "secret", "MLFLOW_TRACKING_USERNAME", "u"));
    assertEquals("Bearer secret", target.authorization().get());
    assertEquals("http://h, experiment e", target.toString());
    MlflowTarget user =
        MlflowTarget.of(
            "http://h",
            "e",
            "r",
            Map.of("MLFLOW_TRACKING_USERNAME", "u", "MLFLOW_TRACKING_PASSWORD", "p"));
    assertEquals("Basic dTpw", user.authorization().get());
    assertTrue(MlflowTarget.of("http://h", "e", "r", Map.of()).authorization().isEmpty());
  }

  private MlflowTracker begin(String token, Map<String, String> parameters) {
    return MlflowTracker.begin(session(token, parameters), () -> files);
  }

  private MlflowSession session(String token, Map<String, String> parameters) {
    MlflowTarget target =
        MlflowTarget.of(
            server.uri(), "my experiment", "my run", Map.of("MLFLOW_TRACKING_TOKEN", token));
    return new MlflowSession(target, Store.local(), folder.toString(), "run-1", parameters);
  }

  private static LoggedStep step(long step, double loss) {
    return new LoggedStep(step, 1_700_000_000 + step, Map.of("train/loss", loss));
  }

  private static void await(BooleanSupplier done) throws InterruptedException {
    for (int i = 0; i < 400 && !done.getAsBoolean(); i++) {
      Thread.sleep(50);
    }
    assertTrue(done.getAsBoolean());
  }
}
