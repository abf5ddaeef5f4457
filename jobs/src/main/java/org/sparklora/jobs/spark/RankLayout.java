package org.sparklora.jobs.spark;

import java.time.Duration;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;
import org.sparklora.Failure;
import org.sparklora.tensor.Processor;
import org.sparklora.tensor.TorchEngine;

/**
 * How ranks fit on executors: one rank takes a whole executor and its GPU, except in local mode,
 * where the ranks share the one JVM's cores and have a GPU of the machine each, if it has any.
 */
public final class RankLayout {
  /** How long executors may take to register when no setting says how many there will be. */
  private static final Duration REGISTRATION = Duration.ofSeconds(15);

  private final SparkContext context;
  private final SparkConf conf;
  private final ExecutorSlots executorSlots;
  private final IntSupplier gpusHere;
  private Optional<ResourceProfile> claims;
  private RankDevices devices;

  /**
   * Of one application.
   *
   * @param watch looks on while executors are waited for
   */
  public RankLayout(SparkContext context, SlotWatch watch) {
    this(context, watch, RankLayout::gpusOfThisProcess);
  }

  /**
   * As the other.
   *
   * @param gpusHere asked once in local mode, how many GPUs this process can use
   */
  public RankLayout(SparkContext context, SlotWatch watch, IntSupplier gpusHere) {
    this.context = context;
    this.gpusHere = gpusHere;
    this.conf = context.getConf();
    this.executorSlots = new ExecutorSlots(context, this::slots, watch);
  }

  /** Fails when so many ranks can never run at once, however long one waits. */
  public void requirePossible(int ranks) {
    requireClaims(context.version(), context.master());
    if (context.isLocal()) {
      requireMachine(ranks);
    } else if (isAllocated(context.master())) {
      requireExecutors(conf, ranks);
    } else {
      requireCores(conf, ranks);
    }
  }

  private void requireMachine(int ranks) {
    if (ranks > slots()) {
      throw Failure.usage(
          "Cannot train, --num_ranks is more than can ever run at once: %d (expected at most %d, the threads of %s). Lower it, or start with --master local[%d]."
              .formatted(ranks, slots(), context.master(), ranks));
    }
    int gpus = devices().localGpus();
    if (gpus > 0 && ranks > gpus) {
      throw Failure.usage(
          "Cannot train, --num_ranks is more than can ever run at once: %d (expected at most %d, the GPUs of this machine). Lower it, or hide the GPUs from it with CUDA_VISIBLE_DEVICES= in the environment."
              .formatted(ranks, gpus));
    }
  }

  /** Whether a manager brings as many executors as were asked for. */
  private static boolean isAllocated(String master) {
    return master.startsWith("yarn") || master.startsWith("k8s");
  }

  static void requireExecutors(SparkConf conf, int ranks) {
    int executors = conf.getInt("spark.executor.instances", 0);
    if (executors > 0 && ranks > executors) {
      throw Failure.usage(
          "Cannot train, --num_ranks is more than can ever run at once: %d (expected at most %d, spark.executor.instances). Lower it, or start with --num-executors %d."
              .formatted(ranks, executors, ranks));
    }
  }

  /**
   * The first Spark 3.5 knows the claims of a stage alone on standalone clusters only (SPARK-45250
   * and SPARK-45495 came with 3.5.1).
   */
  static void requireClaims(String version, String master) {
    if (version.equals("3.5.0") && isAllocated(master)) {
      throw Failure.cluster(
          "Cannot give a stage whole executors, this Spark knows no claims of a single stage on %s: %s (expected 3.5.1 or later). Submit with a later Spark, or to a standalone cluster."
              .formatted(master.startsWith("yarn") ? "YARN" : "Kubernetes", version));
    }
  }

  /** A standalone cluster gives an application so many cores and no more. */
  static void requireCores(SparkConf conf, int ranks) {
    int cores = conf.getInt("spark.cores.max", 0);
    int each = Math.max(1, conf.getInt("spark.executor.cores", 1));
    if (cores > 0 && ranks > cores / each) {
      throw Failure.usage(
          "Cannot train, --num_ranks is more than can ever run at once: %d (expected at most %d, spark.cores.max %d by %d for each executor). Lower it, or start with --total-executor-cores %d."
              .formatted(ranks, cores / each, cores, each, (long) ranks * each));
    }
  }

  /**
   * What the tasks of a stage that trains or scores claim: all cores of an executor and its GPU.
   * Empty in local mode, where Spark knows no such claims; fails where it knows none of them. Waits
   * for a first executor if it must.
   */
  public synchronized Optional<ResourceProfile> claims() {
    if (claims == null) {
      claims = context.isLocal() ? Optional.empty() : Optional.of(wholeExecutor());
    }
    return claims;
  }

  /** Waits for a first executor, without which nothing can be computed; fails if none comes. */
  public void awaitExecutor(Duration limit) {
    if (executorSlots.await(1, limit) < 1) {
      throw Failure.cluster(
          "Cannot train, no executor came within %d s: asked for %s (expected at least one executor). Ask for what the workers have, or raise --executor_wait."
              .formatted(limit.toSeconds(), asked()));
    }
  }

  /** What ranks compute on: GPUs where executors were asked for with one each, or this has some. */
  public Processor processor() {
    boolean gpu = context.isLocal() ? devices().localGpus() > 0 : asksForGpus();
    return gpu ? Processor.GPU : Processor.CPU;
  }

  private boolean asksForGpus() {
    return conf.getInt("spark.executor.resource.gpu.amount", 0) > 0;
  }

  /** Where each rank finds its own device. */
  public synchronized RankDevices devices() {
    if (devices == null) {
      devices = new RankDevices(context.isLocal() ? gpusHere.getAsInt() : 0);
    }
    return devices;
  }

  /** In local mode the ranks compute in this process, so the engine is started anyway. */
  private static int gpusOfThisProcess() {
    TorchEngine.start(1);
    return TorchEngine.gpus();
  }

  /** Waits for slots for ranks. */
  public Supervisor.Slots slotsForRanks() {
    claims();
    return executorSlots;
  }

  /**
   * Ranks when the user names no number: one per executor that was asked for or came, in local mode
   * one per GPU, or one.
   */
  public int usualRanks() {
    if (context.isLocal()) {
      return Math.max(1, Math.min(devices().localGpus(), slots()));
    }
    int asked = conf.getInt("spark.executor.instances", 0);
    if (asked > 0) {
      return asked;
    }
    int most = conf.getInt("spark.cores.max", 0);
    if (most > 0) {
      return Math.max(1, most / coresPerExecutor());
    }
    return Math.max(1, slotsForRanks().await(Integer.MAX_VALUE, REGISTRATION));
  }

  /** CPU threads that each of {@code ranks} ranks may use. */
  public int threadsPerRank(int ranks) {
    return context.isLocal()
        ? Math.max(1, context.defaultParallelism() / ranks)
        : coresPerExecutor();
  }

  private String asked() {
    return Stream.of(
            "spark.executor.cores", "spark.executor.memory", "spark.executor.resource.gpu.amount")
        .filter(conf::contains)
        .map(key -> key + "=" + conf.get(key))
        .collect(Collectors.joining(", "));
  }

  private ResourceProfile wholeExecutor() {
    requireClaims(context.version(), context.master());
    TaskResourceRequests whole = new TaskResourceRequests().cpus(coresPerExecutor());
    if (asksForGpus()) {
      whole.resource("gpu", 1);
    }
    ResourceProfile profile = new ResourceProfileBuilder().require(whole).build();
    // Spark registers a profile with its first stage; slots are counted before.
    context.resourceProfileManager().addResourceProfile(profile);
    return profile;
  }

  private int slots() {
    ResourceProfile profile = claims == null || claims.isEmpty() ? defaultProfile() : claims.get();
    return context.maxNumConcurrentTasks(profile);
  }

  /** From the settings; a standalone worker without them gives an executor all it has. */
  private int coresPerExecutor() {
    int set = conf.getInt("spark.executor.cores", 0);
    if (set > 0) {
      return set;
    }
    boolean takesAll = context.master().startsWith("spark:");
    if (!takesAll && !context.master().startsWith("local-cluster")) {
      return 1;
    }
    executorSlots.await(1, REGISTRATION);
    int executors = context.statusTracker().getExecutorInfos().length - 1; // one is the driver
    int cores = context.maxNumConcurrentTasks(defaultProfile()) * conf.getInt("spark.task.cpus", 1);
    return Math.max(1, cores / Math.max(1, executors));
  }

  private ResourceProfile defaultProfile() {
    return context.resourceProfileManager().defaultResourceProfile();
  }
}
