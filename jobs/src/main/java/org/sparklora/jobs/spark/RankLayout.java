package org.sparklora.jobs.spark;

import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;

/**
 * How ranks fit on executors: one rank takes a whole executor and its GPU, except in local mode,
 * where the ranks share the one JVM's cores.
 */
public final class RankLayout {
  private final SparkContext context;
  private final SparkConf conf;

  public RankLayout(SparkContext context) {
    this.context = context;
    this.conf = context.getConf();
  }

  /** What the tasks of the training stage claim; empty in local mode, where Spark knows none. */
  public Optional<ResourceProfile> profile() {
    int gpus = conf.getInt("spark.executor.resource.gpu.amount", 0);
    if (context.isLocal()) {
      return Optional.empty();
    }
    TaskResourceRequests claims = new TaskResourceRequests().cpus(coresPerExecutor());
    if (gpus > 0) {
      claims.resource("gpu", 1);
    }
    return Optional.of(new ResourceProfileBuilder().require(claims).build());
  }

  /** How many ranks could run at this moment. */
  public int slots(Optional<ResourceProfile> profile) {
    return context.maxNumConcurrentTasks(
        profile.orElseGet(() -> context.resourceProfileManager().defaultResourceProfile()));
  }

  /** Ranks when the user names no number: one per executor that was asked for or is there. */
  public int defaultRanks() {
    if (context.isLocal()) {
      return 1;
    }
    int asked = conf.getInt("spark.executor.instances", 0);
    if (asked > 0) {
      return asked;
    }
    int most = conf.getInt("spark.cores.max", 0);
    return most > 0 ? Math.max(1, most / coresPerExecutor()) : Math.max(1, executors());
  }

  /** CPU threads that each of {@code ranks} ranks may use. */
  public int threadsPerRank(int ranks) {
    return context.isLocal()
        ? Math.max(1, context.defaultParallelism() / ranks)
        : coresPerExecutor();
  }

  /** From the settings; a standalone worker without them gives an executor all it has. */
  private int coresPerExecutor() {
    int set = conf.getInt("spark.executor.cores", 0);
    if (set > 0) {
      return set;
    }
    boolean onePerDefault =
        !context.master().startsWith("spark:") && !context.master().startsWith("local-cluster");
    if (onePerDefault) {
      return 1;
    }
    int cores =
        context.maxNumConcurrentTasks(context.resourceProfileManager().defaultResourceProfile())
            * conf.getInt("spark.task.cpus", 1);
    return Math.max(1, cores / Math.max(1, executors()));
  }

  /** Registered executors, the driver's own entry left out. */
  private int executors() {
    return context.statusTracker().getExecutorInfos().length - 1;
  }
}
