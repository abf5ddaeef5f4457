package org.sparklora.jobs.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.jobs.run.ClusterSpark;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.tokenize.TokenizeCorpus;

/** Training with each rank in a JVM of its own, against the same ranks in one JVM. */
@Tag("spark")
class TestTrainOnExecutors {
  @TempDir static Path shared;
  private static Path table;
  private static byte[] undisturbed;
  private static ClusterSpark cluster;

  @BeforeAll
  static void trainInOneJvm() throws Exception {
    TokenizeCorpus corpus = new TokenizeCorpus(LocalSpark.session(), shared);
    corpus.run();
    table = corpus.table();
    TrainRun local = new TrainRun(LocalSpark.session(), table, shared.resolve("local"));
    local.with("max_steps", "8").run();
    undisturbed = local.adapter();
    cluster = ClusterSpark.start(2);
    cluster.awaitExecutors(2);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void twoExecutorsTrainTheSameAdapterAsTwoThreads() throws Exception {
    TrainRun run = run("two");
    run.run();
    assertArrayEquals(undisturbed, run.adapter());
    assertEquals(2, cluster.executors().size());
  }

  @Test
  void aKilledExecutorIsReplacedAndTheRunGoesOnFromTheNewestCheckpoint() throws Exception {
    TrainRun run = run("killed");
    run.watched(
        line -> {
          if (line.startsWith("step 5/") && cluster.executors().size() == 2 && first(run, line)) {
            cluster.executors().get(0).destroyForcibly();
          }
        });
    run.run();
    assertArrayEquals(undisturbed, run.adapter());
    long repeated = run.lines().stream().filter(l -> l.startsWith("step 5/")).count();
    assertEquals(2, repeated);
    long fromTheCheckpoint = run.lines().stream().filter(l -> l.startsWith("step 4/")).count();
    assertEquals(1, fromTheCheckpoint);
    assertTrue(run.lines().get(run.lines().size() - 1).startsWith("step 8/8"));
  }

  private static boolean first(TrainRun run, String line) {
    return run.lines().stream().filter(l -> l.startsWith(line.substring(0, 7))).count() == 1;
  }

  private TrainRun run(String name) {
    return new TrainRun(cluster.session(), table, shared.resolve(name)).with("max_steps", "8");
  }
}
