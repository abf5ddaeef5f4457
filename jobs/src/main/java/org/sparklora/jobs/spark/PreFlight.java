package org.sparklora.jobs.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

/** Checks the application's settings before any rank holds a GPU or loads a weight. */
public final class PreFlight {
  private static final long MIB = 1L << 20;

  private final SparkConf conf;
  private final List<String> problems = new ArrayList<>();

  private PreFlight(SparkConf conf) {
    this.conf = conf;
  }

  /** Fails with every executor setting that has to change, before the first executor has come. */
  public static void checkExecutors(SparkConf conf) {
    PreFlight check = new PreFlight(conf);
    check.dynamicAllocation();
    check.gpus();
    check.failIfAny();
  }

  /**
   * Fails if an executor's container is too small.
   *
   * @param offHeapBytes what a rank needs outside the Java heap: weights, activations, adapter
   */
  public static void checkMemory(SparkConf conf, long offHeapBytes) {
    PreFlight check = new PreFlight(conf);
    check.memoryOverhead(offHeapBytes);
    check.failIfAny();
  }

  /** Bytes outside the Java heap that an executor's container allows; 0 where there is none. */
  public static long memoryLimit(SparkConf conf) {
    String master = conf.get("spark.master", "");
    boolean limited = master.startsWith("yarn") || master.startsWith("k8s");
    if (!limited && !conf.contains("spark.executor.memoryOverhead")) {
      return 0;
    }
    long heap = conf.getSizeAsMb("spark.executor.memory", "1g");
    double factor = conf.getDouble("spark.executor.memoryOverheadFactor", 0.1);
    long usual = Math.max(384, (long) (heap * factor));
    return conf.getSizeAsMb("spark.executor.memoryOverhead", usual + "m") * MIB;
  }

  private void failIfAny() {
    if (!problems.isEmpty()) {
      throw new Failure(ExitCode.CLUSTER, problems);
    }
  }

  private void dynamicAllocation() {
    if (conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
      problems.add(
          "Cannot train, executors may come and go: spark.dynamicAllocation.enabled=true (expected false). Set it to false and spark.executor.instances to the number of ranks.");
    }
  }

  private void gpus() {
    double perExecutor = number("spark.executor.resource.gpu.amount");
    double perTask = number("spark.task.resource.gpu.amount");
    if (perExecutor > 1) {
      problems.add(
          "Cannot train, an executor has several GPUs: spark.executor.resource.gpu.amount=%.0f (expected 1, one rank each). Set it to 1 and start more executors."
              .formatted(perExecutor));
    }
    if (perTask > 0 && perTask != 1) {
      problems.add(
          "Cannot train, tasks share a GPU: spark.task.resource.gpu.amount=%s (expected 1). Set it to 1."
              .formatted(conf.get("spark.task.resource.gpu.amount")));
    }
    if (perTask > 0 && perExecutor == 0) {
      problems.add(
          "Cannot train, tasks ask for a GPU that no executor has: spark.executor.resource.gpu.amount is unset (expected 1). Set it to 1, with spark.executor.resource.gpu.discoveryScript.");
    }
  }

  /**
   * YARN and Kubernetes kill a container that outgrows heap + overhead; the others have no limit.
   */
  private void memoryOverhead(long offHeapBytes) {
    long overhead = memoryLimit(conf) / MIB;
    long needed = (offHeapBytes + MIB - 1) / MIB;
    if (overhead > 0 && overhead < needed) {
      problems.add(
          "Cannot train, executors have too little memory outside the heap: spark.executor.memoryOverhead is %d MiB (expected at least %d for weights and the longest row). Set spark.executor.memoryOverhead=%dm."
              .formatted(overhead, needed, needed));
    }
  }

  private double number(String key) {
    return conf.getDouble(key, 0);
  }
}
