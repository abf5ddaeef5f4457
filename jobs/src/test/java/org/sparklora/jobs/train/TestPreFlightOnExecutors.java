package org.sparklora.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.jobs.run.ClusterSpark;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.tokenize.TokenizeCorpus;
import org.sparklora.storage.FixtureCopy;
import org.sparklora.storage.Store;

/** A cluster that does not fit is told in one message, before any executor loads weights. */
@Tag("cluster")
class TestPreFlightOnExecutors {
  @TempDir static Path tables;
  private static Path table;

  @TempDir Path folder;
  private ClusterSpark cluster;

  @BeforeAll
  static void tokenize() {
    TokenizeCorpus corpus = new TokenizeCorpus(LocalSpark.session(), tables);
    corpus.run();
    table = corpus.table();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void executorsThatComeAndGoAreRefused() {
    cluster =
        ClusterSpark.start(
            "local-cluster[1,1,1024]",
            Map.of(
                "spark.dynamicAllocation.enabled", "true",
                "spark.dynamicAllocation.shuffleTracking.enabled", "true"));
    assertEquals(
        "Cannot train, executors may come and go: spark.dynamicAllocation.enabled=true (expected false). Set it to false and spark.executor.instances to the number of ranks.",
        refused(ExitCode.CLUSTER, run()));
  }

  @Test
  void containersThatAreTooSmallAreRefused() {
    cluster =
        ClusterSpark.start(
            "local-cluster[1,1,1024]", Map.of("spark.executor.memoryOverhead", "100m"));
    String message = refused(ExitCode.CLUSTER, run());
    assertTrue(
        message.matches(
            "Cannot train, executors have too little memory outside the heap: spark.executor.memoryOverhead is 100 MiB \\(expected at least (\\d+) for weights and the longest row\\)\\. Set spark.executor.memoryOverhead=\\1m\\."),
        message);
  }

  @Test
  void executorsThatNoWorkerCanHoldAreNotWaitedForForEver() {
    cluster =
        ClusterSpark.start(
            "local-cluster[1,1,1024]",
            Map.of(
                "spark.executor.resource.gpu.amount", "1", "spark.task.resource.gpu.amount", "1"));
    assertEquals(
        "Cannot train, no executor came within 2 s: asked for spark.executor.cores=1, spark.executor.memory=700m, spark.executor.resource.gpu.amount=1 (expected at least one executor). Ask for what the workers have, or raise --executor_wait.",
        refused(ExitCode.CLUSTER, run().with("executor_wait", "2s")));
  }

  @Test
  void whatExecutorsLackIsNamed() throws Exception {
    cluster = ClusterSpark.start(2);
    cluster.awaitExecutors(2);
    assertEquals(
        "Cannot train, too few executors came within 2 s: slots for 2 ranks (expected at least 3). Give the application more executors, raise --executor_wait or lower --min_ranks.",
        refused(
            ExitCode.CLUSTER,
            run().with("num_ranks", "3").with("min_ranks", "3").with("executor_wait", "2s")));
    aModelThatOnlyTheDriverSees();
    anOutputFolderThatOnlyTheDriverSees();
    anOutputFolderThatCannotBeWritten();
    assertTrue(run().run().trained());
  }

  private void aModelThatOnlyTheDriverSees() throws IOException {
    Path copy = Files.createDirectories(Path.of("target", "hidden")).resolve("model");
    FixtureCopy.folder(Fixtures.path("llama", "model"), Store.local(), copy.toString());
    String message = refused(ExitCode.CLUSTER, run().with("model_checkpoint", seenHere(copy)));
    assertTrue(
        message.matches(
            "Cannot train, an executor cannot read the base model: on \\S+"
                + " \\(expected the same folder on every host\\)\\. Copy it there, or put it on a shared store and change --model_checkpoint\\. There: Cannot .*"),
        message);
  }

  private void anOutputFolderThatOnlyTheDriverSees() throws IOException {
    Path here = Files.createDirectories(Path.of("target", "hidden", "out"));
    TrainRun run = new TrainRun(cluster.session(), table, Path.of(seenHere(here)));
    String message = refused(ExitCode.CLUSTER, run);
    assertTrue(
        message.matches(
            "Cannot train, an executor does not see the output folder: /proc/self/cwd/target/hidden/out/_probe-\\S+ on \\S+ \\(expected a store that all hosts share\\)\\. Choose another --output_dir\\."),
        message);
  }

  private void anOutputFolderThatCannotBeWritten() {
    Path output = Path.of("/proc/sparklora"); // nobody may, root neither
    String message = refused(ExitCode.STORAGE, new TrainRun(cluster.session(), table, output));
    assertTrue(
        message.matches(
            "Cannot train, the output folder cannot be written: "
                + output
                + " \\(expected to write there\\)\\. Mend its permissions or choose another --output_dir\\. The store says: Cannot .*"),
        message);
  }

  /** The same path means another folder in each process: its own working directory. */
  private static String seenHere(Path relative) {
    return "/proc/self/cwd/" + relative;
  }

  private static String refused(ExitCode code, TrainRun run) {
    Failure failure = assertThrows(Failure.class, run::run);
    assertEquals(code, failure.exitCode(), failure.getMessage());
    assertFalse(Files.exists(run.output().resolve("_run.json")), "weights may be loaded now");
    assertTrue(run.lines().isEmpty());
    return failure.getMessage();
  }

  private TrainRun run() {
    return new TrainRun(cluster.session(), table, folder.resolve("out"));
  }
}
