package org.sparklora.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * A session whose executors are separate JVMs on this machine, one core each. A dead one is
 * replaced. Close it: a JVM has only one Spark context.
 */
public final class ClusterSpark implements AutoCloseable {
  private final SparkSession session;

  private ClusterSpark(SparkSession session) {
    this.session = session;
  }

  /** Stops the local session, if there is one. */
  public static ClusterSpark start(int executors) {
    LocalSpark.session().stop();
    return new ClusterSpark(
        SparkSession.builder()
            .master("local-cluster[%d,1,1024]".formatted(executors))
            .appName("tests")
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
            .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .getOrCreate());
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
