package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.checkpoint.Checkpoint;
import org.sparklora.checkpoint.Checkpoints;
import org.sparklora.jobs.run.DriverProcess;
import org.sparklora.jobs.run.JvmBreakpoint;
import org.sparklora.jobs.run.LoggedLines;
import org.sparklora.jobs.train.TrainRun;
import org.sparklora.storage.EachStore;
import org.sparklora.storage.Store;
import org.sparklora.storage.TestedStore;

/** What a run survives on each store: damage, kills at planted points, a second driver. */
@Tag("storage")
@Timeout(600)
class TestStorageFaults {
  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void aDamagedCheckpointIsSkippedAndNamedAndTheOneBeforeIsUsed(TestedStore tested) {
    StoredPipeline pipeline = StoredPipeline.on(tested.server().get());
    stopAfterStepFour(pipeline, "cut");
    stopAfterStepFour(pipeline, "changed");
    Store store = pipeline.store();
    String cut = pipeline.path("cut/checkpoint-4/optimizer.safetensors");
    byte[] content = store.readBytes(cut);
    store.writeBytes(cut, Arrays.copyOf(content, content.length / 2));
    String changed = pipeline.path("changed/checkpoint-4/adapter_model.safetensors");
    byte[] other = store.readBytes(changed);
    other[other.length - 3] ^= 1;
    store.writeBytes(changed, other);

    for (String name : List.of("cut", "changed")) {
      try (LoggedLines log = new LoggedLines()) {
        assertGoesOn(pipeline, name, 2);
        String folder = pipeline.path(name + "/checkpoint-4");
        assertTrue(!log.containing("Checkpoint skipped: " + folder + ": a file has ").isEmpty());
      }
    }
  }

  /** Killed with {@code kill -9} at a call of the store; on resume a part of that file is there. */
  @Tag("cluster")
  @ParameterizedTest(name = "{0} at {1}")
  @ArgumentsSource(EachPoint.class)
  void aKilledDriversRunGoesOnFromTheNewestCheckpoint(TestedStore tested, Point point)
      throws Exception {
    StoredPipeline pipeline = StoredPipeline.on(tested.server().get());
    TrainRun run = pipeline.train("run").with("save_total_limit", "1");
    try (JvmBreakpoint stop = JvmBreakpoint.call(point.method(), "/run/" + point.path());
        DriverProcess driver = started(pipeline, run, stop.javaOptions())) {
      stop.await();
      driver.kill();
      assertEquals(137, driver.exitCode());
    }
    if (point.method().equals("writeBytes")) {
      pipeline.store().writeText(pipeline.path("run/" + point.path()), "{\"a part");
    }
    if (point.resumedAfter() == 6) {
      // Half published: refused by readers, not taken for an adapter.
      Failure half = assertThrows(Failure.class, () -> pipeline.predict("run"));
      assertEquals(ExitCode.INPUT, half.exitCode(), half.getMessage());
    }
    assertGoesOn(pipeline, "run", point.resumedAfter());
    assertEquals(
        List.of(6L),
        new Checkpoints(pipeline.store(), pipeline.path("run"))
            .list().stream().map(Checkpoint::step).toList());
  }

  @Tag("cluster")
  @ParameterizedTest
  @ArgumentsSource(EachStore.class)
  void aSecondDriverIsRefusedAndTheFirstUndisturbed(TestedStore tested) throws Exception {
    StoredPipeline pipeline = StoredPipeline.on(tested.server().get());
    TrainRun first = pipeline.train("run");
    first.watched(
        line -> {
          if (line.startsWith("step 3/")) {
            assertRefused(pipeline, first);
          }
        });
    first.run();
    assertEquals(6, first.lines().size());
    assertArrayEquals(Undisturbed.run().adapter(), pipeline.adapter("run"));
  }

  private static void assertRefused(StoredPipeline pipeline, TrainRun first) {
    try (DriverProcess second = started(pipeline, first, List.of())) {
      second.awaitLine("Cannot write here, another live run holds the output folder: process ");
      assertEquals(ExitCode.HELD.code(), second.exitCode());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertGoesOn(StoredPipeline pipeline, String name, int after) {
    TrainRun resumed = pipeline.train(name).with("save_total_limit", "1");
    resumed.run();
    List<String> steps =
        IntStream.rangeClosed(after + 1, 6).mapToObj(step -> "step " + step + "/6").toList();
    assertEquals(steps, resumed.lines().stream().map(l -> l.split("  ", 2)[0]).toList());
    assertArrayEquals(Undisturbed.run().adapter(), pipeline.adapter(name));
  }

  private static void stopAfterStepFour(StoredPipeline pipeline, String name) {
    TrainRun run = pipeline.train(name);
    run.watched(
        line -> {
          if (line.startsWith("step 3/")) {
            run.stop().ask();
            // The next question to the driver is a fifth of a second away.
            LockSupport.parkNanos(300_000_000L);
          }
        });
    assertEquals(ExitCode.STOPPED, assertThrows(Failure.class, run::run).exitCode());
  }

  private static DriverProcess started(
      StoredPipeline pipeline, TrainRun run, List<String> javaOptions) throws IOException {
    List<String> options = new ArrayList<>(pipeline.javaOptions());
    options.addAll(javaOptions);
    return DriverProcess.start(TrainMain.class, run.arguments(), options);
  }

  /**
   * Where a driver is killed.
   *
   * @param path under the output folder
   * @param resumedAfter the step of the newest checkpoint then
   */
  record Point(String method, String path, int resumedAfter) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  /** All points on local files, the two that differ most on the other stores. */
  static final class EachPoint implements ArgumentsProvider {
    private static final Point SETTINGS = new Point("writeBytes", "_run.json", 0);
    private static final Point FILE =
        new Point("writeBytes", "checkpoint-4/optimizer.safetensors", 2);
    private static final Point MANIFEST = new Point("writeBytes", "checkpoint-4/manifest.json", 2);
    private static final Point ROTATION =
        new Point("delete", "checkpoint-2/optimizer.safetensors", 4);
    private static final Point PUBLISHING = new Point("writeBytes", "adapter_config.json", 6);
    private static final Map<String, List<Point>> POINTS =
        Map.of(
            "file", List.of(SETTINGS, FILE, MANIFEST, ROTATION, PUBLISHING),
            "hdfs", List.of(FILE, ROTATION),
            "s3a", List.of(MANIFEST, PUBLISHING));

    @Override
    public Stream<? extends Arguments> provideArguments(ExtensionContext context) {
      return new EachStore()
          .provideArguments(context)
          .map(a -> (TestedStore) a.get()[0])
          .flatMap(store -> POINTS.get(store.scheme()).stream().map(p -> Arguments.of(store, p)));
    }
  }
}
