package org.sparklora.track.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.metric.LoggedStep;
import org.sparklora.storage.Store;

/** A real {@code mlflow server}, killed and started again meanwhile: {@code make check-mlflow}. */
@Tag("mlflow")
class TestMlflowServer {
  private static final String PROGRAM = System.getenv("SPARKLORA_MLFLOW");

  @TempDir private Path folder;
  private int port;
  private Process server;

  @BeforeEach
  void begin() throws Exception {
    assumeTrue(PROGRAM != null && !PROGRAM.isEmpty(), "no mlflow: run make check-mlflow");
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    start();
  }

  @AfterEach
  void end() throws Exception {
    if (server != null) {
      kill();
    }
  }

  @Test
  void aRunIsOneRunThereThoughItsServerIsKilledAndItsDriverBeginsAgain() throws Exception {
    MlflowTracker first = tracker();
    first.tag(Map.of("sparklora.ranks", "2"));
    log(first, 1, 1_200);
    await(() -> points() >= 1_000);
    kill();
    log(first, 1_201, 1_500);
    start();
    assertTrue(first.finish(RunState.KILLED, Map::of, Duration.ofMinutes(2)));
    assertEquals("KILLED", run().path("info").path("status").asText());

    MlflowTracker second = tracker();
    log(second, 1_401, 1_600);
    second.log(new LoggedStep(1_601, time(1_601), Map.of("train/loss", Double.NaN)));
    Map<String, byte[]> files = Map.of("README.md", "# A card\n".getBytes(StandardCharsets.UTF_8));
    assertTrue(second.finish(RunState.FINISHED, () -> files, Duration.ofMinutes(2)));

    JsonNode run = run();
    assertEquals("FINISHED", run.path("info").path("status").asText());
    assertEquals("a run", run.path("info").path("run_name").asText());
    List<Long> steps = new ArrayList<>();
    history(run).forEach(point -> steps.add(point.path("step").asLong()));
    assertEquals(1_601, steps.size());
    assertEquals(1_601, steps.stream().distinct().count());
    assertTrue(run.path("data").path("params").toString().contains("\"learning_rate\""));
    assertTrue(run.path("data").path("tags").toString().contains("\"sparklora.ranks\""));
    String artifacts = calls().get("artifacts/list", "run_id", id(run)).toString();
    assertTrue(artifacts.contains("README.md"), artifacts);
  }

  private MlflowTracker tracker() {
    MlflowTarget target = MlflowTarget.of(uri(), "check", "a run", Map.of());
    MlflowSession session =
        new MlflowSession(
            target, Store.local(), folder + "/out", "run-1", Map.of("learning_rate", "1e-4"));
    return MlflowTracker.begin(session, List::of);
  }

  private static void log(MlflowTracker tracker, long from, long to) {
    for (long step = from; step <= to; step++) {
      tracker.log(new LoggedStep(step, time(step), Map.of("train/loss", 1.0 / step)));
    }
  }

  private static double time(long step) {
    return 1_790_000_000 + step;
  }

  private MlflowCalls calls() {
    return new MlflowCalls(uri(), Optional.empty());
  }

  private String uri() {
    return "http://127.0.0.1:" + port;
  }

  private long points() throws IOException {
    JsonNode runs = runs();
    return runs.isEmpty() ? 0 : history(runs.get(0)).size();
  }

  private JsonNode run() throws IOException {
    assertEquals(1, runs().size());
    return calls().get("runs/get", "run_id", id(runs().get(0))).path("run");
  }

  private JsonNode runs() throws IOException {
    String experiment =
        calls()
            .get("experiments/get-by-name", "experiment_name", "check")
            .path("experiment")
            .path("experiment_id")
            .asText();
    ObjectNode search = MlflowCalls.object();
    search.putArray("experiment_ids").add(experiment);
    return calls().post("runs/search", search).path("runs");
  }

  private JsonNode history(JsonNode run) throws IOException {
    return calls()
        .get(
            "metrics/get-history",
            "run_id",
            id(run),
            "metric_key",
            "train/loss",
            "max_results",
            "5000")
        .path("metrics");
  }

  private static String id(JsonNode run) {
    return run.path("info").path("run_id").asText();
  }

  private void start() throws Exception {
    server =
        new ProcessBuilder(
                PROGRAM,
                "server",
                "--host",
                "127.0.0.1",
                "--port",
                "" + port,
                "--workers",
                "1",
                "--backend-store-uri",
                "sqlite:///" + folder + "/mlflow.db",
                "--artifacts-destination",
                folder + "/artifacts")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
    await(
        () -> {
          calls().post("experiments/search", MlflowCalls.object().put("max_results", 1));
          return true;
        });
  }

  private void kill() throws Exception {
    server.descendants().forEach(ProcessHandle::destroyForcibly);
    server.destroyForcibly();
    assertTrue(server.waitFor(20, TimeUnit.SECONDS));
  }

  private interface Answer {
    boolean isThere() throws IOException;
  }

  private static void await(Answer answer) throws Exception {
    for (int i = 0; i < 600; i++) {
      try {
        if (answer.isThere()) {
          return;
        }
      } catch (IOException notYet) {
        // The server is starting.
      }
      Thread.sleep(200);
    }
    throw new AssertionError("MLflow did not answer in two minutes");
  }
}
