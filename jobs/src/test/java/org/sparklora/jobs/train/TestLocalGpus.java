package org.sparklora.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.spark.BarrierStage;
import org.sparklora.jobs.spark.RankDevices;
import org.sparklora.jobs.spark.RankLayout;
import org.sparklora.jobs.spark.SlotWatch;
import org.sparklora.jobs.tokenize.TokenizeCorpus;
import org.sparklora.tensor.DeviceAddress;
import org.sparklora.tensor.Processor;

/** Local mode, which has two threads here, on a machine that is said to have GPUs. */
class TestLocalGpus {
  private static final SparkSession SESSION = LocalSpark.session();

  @TempDir Path folder;

  @Test
  void eachRankHasAGpuOfItsOwn() {
    RankLayout layout = layout(2);
    assertEquals(Processor.GPU, layout.processor());
    assertEquals(2, layout.usualRanks());
    assertEquals(List.of(DeviceAddress.gpu(0), DeviceAddress.gpu(1)), devices(layout, 2));
  }

  @Test
  void ranksAreNoMoreThanThreads() {
    assertEquals(2, layout(8).usualRanks());
  }

  @Test
  void withoutGpusRanksShareTheProcessor() {
    RankLayout layout = layout(0);
    assertEquals(Processor.CPU, layout.processor());
    assertEquals(1, layout.usualRanks());
    layout.requirePossible(2);
    assertEquals(List.of(DeviceAddress.CPU, DeviceAddress.CPU), devices(layout, 2));
    assertEquals(DeviceAddress.CPU, layout(2).devices().here(), "outside of tasks");
  }

  @Test
  void twoRanksDoNotShareAGpu() {
    Failure failure = assertThrows(Failure.class, () -> layout(1).requirePossible(2));
    assertEquals(
        "Cannot train, --num_ranks is more than can ever run at once: 2 (expected at most 1, the"
            + " GPUs of this machine). Lower it, or hide the GPUs from it with"
            + " CUDA_VISIBLE_DEVICES= in the environment.",
        failure.getMessage());
    assertEquals(ExitCode.USAGE, failure.exitCode());
  }

  @Test
  void aRunAsksForThem() throws Exception {
    TokenizeCorpus corpus = new TokenizeCorpus(SESSION, folder);
    corpus.run();
    TrainRun run = new TrainRun(SESSION, corpus.table(), folder.resolve("out"));
    Failure failure = assertThrows(Failure.class, () -> run.run(layout(2)));
    assertTrue(
        failure
            .getMessage()
            .startsWith("Cannot use the device, there is none at this address: 0 (expected cpu or"),
        failure.getMessage());
  }

  private static RankLayout layout(int gpus) {
    SlotWatch watch = new SlotWatch(line -> {}, () -> false, () -> "");
    return new RankLayout(SESSION.sparkContext(), watch, () -> gpus);
  }

  private static List<DeviceAddress> devices(RankLayout layout, int ranks) {
    RankDevices devices = layout.devices();
    JavaRDD<Integer> tasks =
        JavaSparkContext.fromSparkContext(SESSION.sparkContext())
            .parallelize(IntStream.range(0, ranks).boxed().toList(), ranks);
    return BarrierStage.run(tasks, layout.claims(), (Iterator<Integer> none) -> devices.here());
  }
}
