package org.sparklora.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.HostName;
import org.sparklora.jobs.run.ClusterSpark;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.run.Signal;
import org.sparklora.jobs.tokenize.TokenizeCorpus;

/**
 * The executor of rank 1 is frozen by a signal, or gets a tenth of its time by many of them: the
 * driver's line tells which. Each run ends once it was told, or after two thousand steps.
 */
@Tag("cluster")
class TestSlowExecutors {
  private static final int RANK = 1;
  private static final String NAMED = "Rank 1 on " + HostName.current() + " ";

  @TempDir static Path shared;
  private static Path table;
  private static ClusterSpark cluster;

  /** Executors by the partition that they compute, which is the rank. */
  private static final Map<Integer, String> PLACES = new ConcurrentHashMap<>();

  @BeforeAll
  static void start() throws Exception {
    TokenizeCorpus corpus = new TokenizeCorpus(LocalSpark.session(), shared);
    corpus.run();
    table = corpus.table();
    cluster = ClusterSpark.start(2);
    cluster.awaitExecutors(2);
    cluster
        .session()
        .sparkContext()
        .addSparkListener(
            new SparkListener() {
              @Override
              public void onTaskStart(SparkListenerTaskStart start) {
                PLACES.put(start.taskInfo().index(), start.taskInfo().executorId());
              }
            });
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void aFrozenExecutorStoodStill() throws Exception {
    List<String> said =
        told("frozen", "stood still for ([3-9]|\\d\\d+)\\.\\d s at step \\d+\\.", this::freeze);
    assertTrue(said.stream().anyMatch(line -> line.contains("stood still for ")), said.toString());
  }

  @Test
  void aThrottledExecutorIsSlowAtComputingAndDidNotStandStill() throws Exception {
    List<String> said =
        told(
            "throttled",
            "is slower than the others: \\d+ tokens/s, not \\d+, in 10 steps; slow is computing\\.",
            this::throttle);
    assertEquals(0, said.stream().filter(line -> line.contains("stood still")).count(), "" + said);
  }

  private void freeze(ProcessHandle executor) throws InterruptedException {
    Signal.STOP.to(executor);
    TimeUnit.SECONDS.sleep(4);
    Signal.CONT.to(executor);
  }

  /** As cpulimit does it, until it is interrupted. */
  private void throttle(ProcessHandle executor) throws InterruptedException {
    try {
      while (true) {
        Signal.STOP.to(executor);
        TimeUnit.MILLISECONDS.sleep(90);
        Signal.CONT.to(executor);
        TimeUnit.MILLISECONDS.sleep(10);
      }
    } finally {
      Signal.CONT.to(executor);
    }
  }

  private interface Fault {
    void on(ProcessHandle executor) throws InterruptedException;
  }

  /** What was said of the rank whose executor has the fault from step 10 on; ends once it was. */
  private static List<String> told(String name, String words, Fault fault) throws Exception {
    TrainRun run =
        new TrainRun(cluster.session(), table, shared.resolve(name))
            .with("max_steps", "2000")
            .with("save_steps", "2000")
            .with("logging_steps", "10")
            .with("exchange_timeout", "60s");
    List<String> said = new CopyOnWriteArrayList<>();
    Thread disturbing = new Thread(() -> disturb(fault), name);
    disturbing.setDaemon(true);
    run.watched(
        line -> {
          if (line.startsWith("step 10/")) {
            disturbing.start();
          }
          if (line.startsWith(NAMED)) {
            said.add(line);
          }
          if (line.matches(Pattern.quote(NAMED) + words)) {
            run.stop().ask();
          }
        });
    Failure stopped = assertThrows(Failure.class, run::run, said::toString);
    assertEquals(ExitCode.STOPPED, stopped.exitCode());
    disturbing.interrupt();
    disturbing.join();
    return said;
  }

  private static void disturb(Fault fault) {
    try {
      fault.on(executor(PLACES.get(RANK)));
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  private static ProcessHandle executor(String id) {
    return cluster.executors().stream()
        .filter(process -> ClusterSpark.executorId(process).equals(id))
        .findFirst()
        .orElseThrow();
  }
}
