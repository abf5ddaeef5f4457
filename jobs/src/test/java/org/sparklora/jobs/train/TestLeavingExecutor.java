package org.sparklora.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.jobs.run.ClusterSpark;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.run.Signal;
import org.sparklora.jobs.tokenize.TokenizeCorpus;

/** An executor whose node gives notice, as Kubernetes' hook and standalone workers pass it on. */
@Tag("cluster")
class TestLeavingExecutor {
  @TempDir Path folder;

  @Test
  void isLeftAfterACheckpointAndNoStepIsDoneTwice() throws Exception {
    TokenizeCorpus corpus = new TokenizeCorpus(LocalSpark.session(), folder);
    corpus.run();
    try (ClusterSpark cluster =
        ClusterSpark.start(
            "local-cluster[2,1,1024]", Map.of("spark.decommission.enabled", "true"))) {
      TrainRun run =
          new TrainRun(cluster.session(), corpus.table(), folder.resolve("run"))
              .with("max_steps", "8")
              .with("save_steps", "100")
              .with("executor_wait", "60s");
      run.watched(line -> giveNoticeAtStepThree(cluster, line));
      run.run();
      List<String> saved = run.lines().stream().filter(l -> l.startsWith("Saved after ")).toList();
      assertEquals(1, saved.size(), run.lines().toString());
      assertTrue(
          saved
              .get(0)
              .matches("Saved after step [3-7], because the nodes of some executors go: .*"),
          saved.get(0));
      assertEquals(8, run.lines().stream().filter(l -> l.startsWith("step ")).count());
    }
  }

  private static void giveNoticeAtStepThree(ClusterSpark cluster, String line) {
    if (line.startsWith("step 3/")) {
      Signal.PWR.to(cluster.executors().get(0));
      LockSupport.parkNanos(500_000_000L);
    }
  }
}
