package org.sparklora.jobs.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkExecutorInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.SparkSession;

/**
 * A session whose executors are separate JVMs on this machine, one core each. A dead one is
 * replaced. Close it: a JVM has only one Spark context.
 */
public final class ClusterSpark implements AutoCloseable {
  private static final String EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions";

  private final SparkSession session;

  /** Tasks by their numbers; what Spark says of an executor may be older than what it did. */
  private final Set<Long> running = ConcurrentHashMap.newKeySet();

  private ClusterSpark(SparkSession session) {
    this.session = session;
    session.sparkContext().addSparkListener(watch());
  }

  /** Stops the local session, if there is one. */
  public static ClusterSpark start(int executors) {
    return start("local-cluster[%d,1,1024]".formatted(executors), Map.of());
  }

  /**
   * On any master.
   *
   * @param settings of Spark, beside those that executors in tests need
   */
  public static ClusterSpark start(String master, Map<String, String> settings) {
    LocalSpark.session().stop();
    SparkSession.Builder builder = SparkSession.builder();
    builder
        .master(master)
        .appName("tests")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.executor.cores", "1")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.locality.wait", "0")
        .config("spark.executor.memory", "700m")
        .config("spark.task.reaper.enabled", "true")
        .config("spark.task.reaper.killTimeout", "30s")
        .config("spark.barrier.sync.timeout", "120")
        .config("spark.executorEnv.SPARK_SCALA_VERSION", "2.12")
        .config("spark.executorEnv.SPARK_TESTING", "1")
        .config("spark.executorEnv.OFFLINE", "true")
        .config("spark.executor.extraClassPath", System.getProperty("java.class.path"));
    settings.forEach(builder::config);
    builder.config(
        EXECUTOR_OPTIONS,
        DriverProcess.SHORT_LIVED + " " + settings.getOrDefault(EXECUTOR_OPTIONS, ""));
    return new ClusterSpark(builder.getOrCreate());
  }

  public SparkSession session() {
    return session;
  }

  /** The executor processes that live at this moment. */
  public List<ProcessHandle> executors() {
    return ProcessHandle.current()
        .descendants()
        .filter(p -> commandLine(p).contains("CoarseGrainedExecutorBackend"))
        .toList();
  }

  /** Spark's name of one of {@link #executors}; empty once it has ended. */
  public static String executorId(ProcessHandle executor) {
    String[] words = commandLine(executor).split("\0");
    int flag = Arrays.asList(words).indexOf("--executor-id");
    return flag < 0 ? "" : words[flag + 1];
  }

  /** Waits until so many executors have registered with the driver. */
  public void awaitExecutors(int wanted) throws InterruptedException {
    await(() -> infos().length - 1 >= wanted, wanted + " executors"); // one is the driver
  }

  /** Waits until every task that was started has ended, also those of jobs that are over. */
  public void awaitIdle() throws Exception {
    session.sparkContext().listenerBus().waitUntilEmpty(); // every start so far is known
    await(running::isEmpty, "the end of all tasks");
    session.sparkContext().listenerBus().waitUntilEmpty(); // and every listener knows the ends
  }

  private SparkListener watch() {
    return new SparkListener() {
      @Override
      public void onTaskStart(SparkListenerTaskStart start) {
        running.add(start.taskInfo().taskId());
      }

      @Override
      public void onTaskEnd(SparkListenerTaskEnd end) {
        running.remove(end.taskInfo().taskId());
      }
    };
  }

  private SparkExecutorInfo[] infos() {
    return session.sparkContext().statusTracker().getExecutorInfos();
  }

  private static void await(BooleanSupplier there, String what) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!there.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("two minutes are not enough for " + what);
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /** From Linux itself: ProcessHandle gives up on long ones. */
  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
    } catch (IOException gone) {
      return "";
    }
  }

  @Override
  public void close() {
    session.stop();
  }
}
