package org.sparklora.jobs.spark;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

class TestPreFlight {
  private static final long GIB = 1L << 30;

  @Test
  void aFitClusterPasses() {
    assertDoesNotThrow(() -> check(conf(), 100 * GIB));
    assertDoesNotThrow(
        () ->
            check(
                conf(
                    "spark.master", "yarn",
                    "spark.executor.memoryOverhead", "16g",
                    "spark.executor.resource.gpu.amount", "1"),
                14 * GIB));
  }

  @Test
  void dynamicAllocationIsRefused() {
    refused(
        "Cannot train, executors may come and go: spark.dynamicAllocation.enabled=true (expected"
            + " false). Set it to false and spark.executor.instances to the number of ranks.",
        "spark.dynamicAllocation.enabled",
        "true");
  }

  @Test
  void aStandaloneClusterRunsNoMoreRanksThanItsCoresAllow() {
    SparkConf conf = conf("spark.cores.max", "8", "spark.executor.cores", "3");
    assertDoesNotThrow(() -> RankLayout.requireCores(conf, 2));
    Failure failure = assertThrows(Failure.class, () -> RankLayout.requireCores(conf, 3));
    assertEquals(
        "Cannot train, --num_ranks is more than can ever run at once: 3 (expected at most 2,"
            + " spark.cores.max 8 by 3 for each executor). Lower it, or start with"
            + " --total-executor-cores 9.",
        failure.getMessage());
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertDoesNotThrow(() -> RankLayout.requireCores(conf(), 1_000));
    assertDoesNotThrow(() -> RankLayout.requireCores(conf("spark.cores.max", "8"), 8));
  }

  @Test
  void aManagerBringsNoMoreExecutorsThanWereAskedFor() {
    SparkConf conf = conf("spark.executor.instances", "2");
    assertDoesNotThrow(() -> RankLayout.requireExecutors(conf, 2));
    assertDoesNotThrow(() -> RankLayout.requireExecutors(conf(), 1_000));
    Failure failure = assertThrows(Failure.class, () -> RankLayout.requireExecutors(conf, 3));
    assertEquals(
        "Cannot train, --num_ranks is more than can ever run at once: 3 (expected at most 2,"
            + " spark.executor.instances). Lower it, or start with --num-executors 3.",
        failure.getMessage());
    assertEquals(ExitCode.USAGE, failure.exitCode());
  }

  @Test
  void aSparkWithoutClaimsOfStagesIsNamed() {
    assertDoesNotThrow(() -> RankLayout.requireClaims("3.5.1", "yarn"));
    assertDoesNotThrow(() -> RankLayout.requireClaims("3.5.0", "spark://host:7077"));
    assertDoesNotThrow(() -> RankLayout.requireClaims("3.5.0", "local[2]"));
    Failure failure =
        assertThrows(Failure.class, () -> RankLayout.requireClaims("3.5.0", "k8s://https://host"));
    assertEquals(
        "Cannot give a stage whole executors, this Spark knows no claims of a single stage on"
            + " Kubernetes: 3.5.0 (expected 3.5.1 or later). Submit with a later Spark, or to a"
            + " standalone cluster.",
        failure.getMessage());
    assertEquals(ExitCode.CLUSTER, failure.exitCode());
    assertThrows(Failure.class, () -> RankLayout.requireClaims("3.5.0", "yarn"));
  }

  @Test
  void gpusAreOnePerExecutorAndTask() {
    refused(
        "Cannot train, an executor has several GPUs: spark.executor.resource.gpu.amount=4 (expected"
            + " 1, one rank each). Set it to 1 and start more executors.",
        "spark.executor.resource.gpu.amount",
        "4");
    refused(
        "Cannot train, tasks share a GPU: spark.task.resource.gpu.amount=0.25 (expected 1). Set it"
            + " to 1.",
        "spark.executor.resource.gpu.amount",
        "1",
        "spark.task.resource.gpu.amount",
        "0.25");
    refused(
        "Cannot train, tasks ask for a GPU that no executor has: spark.executor.resource.gpu.amount"
            + " is unset (expected 1). Set it to 1, with"
            + " spark.executor.resource.gpu.discoveryScript.",
        "spark.task.resource.gpu.amount",
        "1");
  }

  @Test
  void memoryOverheadIsHeldAgainstTheNeed() {
    refused(
        "Cannot train, executors have too little memory outside the heap:"
            + " spark.executor.memoryOverhead is 819 MiB (expected at least 2048 for weights and"
            + " the longest row). Set spark.executor.memoryOverhead=2048m.",
        "spark.master",
        "yarn",
        "spark.executor.memory",
        "8g");
  }

  @Test
  void allProblemsComeAtOnce() {
    Failure failure =
        assertThrows(
            Failure.class,
            () ->
                PreFlight.checkExecutors(
                    conf(
                        "spark.dynamicAllocation.enabled", "true",
                        "spark.executor.resource.gpu.amount", "4")));
    assertEquals(2, failure.getMessage().lines().count());
  }

  private static void refused(String message, String... settings) {
    Failure failure = assertThrows(Failure.class, () -> check(conf(settings), 2 * GIB));
    assertEquals(message, failure.getMessage());
    assertEquals(ExitCode.CLUSTER, failure.exitCode());
  }

  private static void check(SparkConf conf, long offHeapBytes) {
    PreFlight.checkExecutors(conf);
    PreFlight.checkMemory(conf, offHeapBytes);
  }

  private static SparkConf conf(String... settings) {
    SparkConf conf = new SparkConf(false).set("spark.master", "spark://host:7077");
    for (int i = 0; i < settings.length; i += 2) {
      conf.set(settings[i], settings[i + 1]);
    }
    return conf;
  }
}
