package org.sparklora.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.HostName;
import org.sparklora.jobs.run.ClusterSpark;
import org.sparklora.jobs.spark.BarrierStage;
import org.sparklora.jobs.spark.RankDevices;
import org.sparklora.jobs.spark.RankLayout;
import org.sparklora.jobs.spark.SlotWatch;
import org.sparklora.jobs.tokenize.TokenizeCorpus;
import org.sparklora.tensor.DeviceAddress;

/**
 * Who claims a GPU, on workers whose discovery script tells of one that is not there: the training
 * stage is scheduled to it, and then says what it was given.
 */
@Tag("cluster")
class TestGpuScheduling {
  @TempDir Path folder;
  private ClusterSpark cluster;

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void trainingClaimsOneGpuPerTaskAndTokenizingNone() throws Exception {
    assertClaims(
        "7",
        "Cannot use the device, there is none at this address: 7 (expected cpu or a number below 0). The libtorch on %s is built for CPUs, and the driver there tells of 0 GPUs: name a libtorch for CUDA there by PYTORCH_LIBRARY_PATH, PYTORCH_VERSION and PYTORCH_FLAVOR."
            .formatted(HostName.current()));
  }

  @Test
  void anAddressThatIsNoNumberIsNamed() throws Exception {
    assertClaims(
        "GPU-5a",
        "Cannot place the rank, its task has an unusable GPU address: GPU-5a (expected one number)."
            + " Set spark.task.resource.gpu.amount=1 and mend the discovery script.");
  }

  @Test
  void executorsOnOneHostHaveAGpuEach() throws Exception {
    cluster =
        ClusterSpark.start(
            "local-cluster[1,2,2048]", gpuSettings(discovering("4\", \"6"), 2)); // one worker
    cluster.awaitExecutors(2);
    SparkContext context = cluster.session().sparkContext();
    RankLayout layout = new RankLayout(context, new SlotWatch(l -> {}, () -> false, () -> ""));
    RankDevices devices = layout.devices();
    JavaRDD<Integer> tasks =
        JavaSparkContext.fromSparkContext(context).parallelize(List.of(0, 1), 2);
    List<DeviceAddress> found =
        BarrierStage.run(tasks, layout.claims(), (Iterator<Integer> none) -> devices.here());
    assertEquals(Set.of(DeviceAddress.gpu(4), DeviceAddress.gpu(6)), Set.copyOf(found));
  }

  private void assertClaims(String address, String message) throws Exception {
    cluster = ClusterSpark.start("local-cluster[2,1,1024]", gpuSettings(discovering(address), 1));
    cluster.awaitExecutors(2);
    ClaimedGpus claims = new ClaimedGpus(cluster.session().sparkContext());

    TokenizeCorpus corpus = new TokenizeCorpus(cluster.session(), folder);
    corpus.run();
    List<String> tokenizing = claims.ofStagesSoFar();
    assertTrue(tokenizing.size() > 0);
    assertTrue(
        tokenizing.stream().allMatch(c -> c.endsWith(" tasks with 0 GPUs")), "" + tokenizing);

    TrainRun run = new TrainRun(cluster.session(), corpus.table(), folder.resolve("out"));
    Failure failure = assertThrows(Failure.class, run::run);
    assertEquals(ExitCode.CLUSTER, failure.exitCode());
    assertEquals(message, failure.getMessage());
    List<String> training = claims.ofStagesSoFar();
    // the question to the hosts: no generation begins
    assertEquals(1, training.stream().filter("2 tasks with 1 GPUs"::equals).count(), "" + training);
  }

  private Path discovering(String address) throws Exception {
    Path script = folder.resolve("discover.sh");
    Files.writeString(
        script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"" + address + "\"]}'\n");
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Map<String, String> gpuSettings(Path script, int ofAWorker) {
    return Map.of(
        "spark.worker.resource.gpu.amount", Integer.toString(ofAWorker),
        "spark.worker.resource.gpu.discoveryScript", script.toString(),
        "spark.executor.resource.gpu.amount", "1");
  }

  /** What the tasks of each completed stage claim, from the stage's resource profile. */
  private static final class ClaimedGpus extends SparkListener {
    private final SparkContext context;
    private final ConcurrentLinkedQueue<String> stages = new ConcurrentLinkedQueue<>();

    ClaimedGpus(SparkContext context) {
      this.context = context;
      context.addSparkListener(this);
    }

    @Override
    public void onStageCompleted(SparkListenerStageCompleted event) {
      int profile = event.stageInfo().resourceProfileId();
      var claims = context.resourceProfileManager().resourceProfileFromId(profile).taskResources();
      double gpus = claims.contains("gpu") ? claims.apply("gpu").amount() : 0;
      stages.add("%d tasks with %.0f GPUs".formatted(event.stageInfo().numTasks(), gpus));
    }

    List<String> ofStagesSoFar() throws Exception {
      context.listenerBus().waitUntilEmpty();
      List<String> soFar = List.copyOf(stages);
      stages.clear();
      return soFar;
    }
  }
}
