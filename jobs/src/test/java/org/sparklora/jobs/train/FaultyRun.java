package org.sparklora.jobs.train;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.sparklora.jobs.run.ClusterSpark;
import org.sparklora.jobs.run.ExecutorBreakpoint;
import org.sparklora.jobs.run.Signal;

/** A train job with a breakpoint that is watched from step 6 on, and what the driver said of it. */
final class FaultyRun {
  private final TrainRun job;
  private final ClusterSpark cluster;
  private final ExecutorBreakpoint breakpoint;
  private final AtomicLong noticed = new AtomicLong();
  private final Map<Long, String> executorIds = new HashMap<>();

  FaultyRun(TrainRun job, ClusterSpark cluster, ExecutorBreakpoint breakpoint) {
    this.job = job.with("save_total_limit", "1");
    this.cluster = cluster;
    this.breakpoint = breakpoint.fromStep(6);
    job.watched(this::watch);
  }

  TrainRun job() {
    return job;
  }

  TrainResult train() {
    List<ProcessHandle> executors = cluster.executors();
    executors.forEach(e -> executorIds.put(e.pid(), ClusterSpark.executorId(e)));
    breakpoint.arm(executors);
    return job.run();
  }

  /** A process that was frozen goes on at the very place where it was caught. */
  void wake() {
    breakpoint.release();
    Signal.CONT.to(breakpoint.caught().orElseThrow());
  }

  /**
   * From the fault to the driver's line on the failed generation. It names whom and where; if Spark
   * misses a process first, it may end the other ranks before they can say so, and says which
   * executor it was.
   */
  void assertNoticedWithin(long seconds, String fault) {
    String news = job.lines().get(newsAt());
    boolean told = news.matches(".*\\bstep 6\\b.*\\brank \\d at 127\\.0\\.0\\.\\d+:\\d+ .*");
    String id = executorIds.get(breakpoint.caught().orElseThrow().pid());
    boolean toldBySpark = news.contains("ExecutorLostFailure (executor %s exited ".formatted(id));
    assertTrue(told || toldBySpark, news);
    double after = (noticed.get() - breakpoint.caughtAt()) / 1e9;
    System.out.printf(
        "FAULT %s in %s: noticed after %.2f s, resumed from step %d%n%s%n",
        fault, breakpoint, after, resumedFrom(), news);
    assertTrue(after < seconds, after + " s");
  }

  /** The step before the first that was trained after the fault. */
  int resumedFrom() {
    String next = job.lines().get(newsAt() + 1);
    return Integer.parseInt(next.replaceFirst("step (\\d+)/.*", "$1")) - 1;
  }

  private int newsAt() {
    List<String> lines = job.lines();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith("Generation ")) {
        return i;
      }
    }
    throw new AssertionError("no generation failed: " + lines);
  }

  private void watch(String line) {
    if (line.startsWith("Generation ")) {
      noticed.compareAndSet(0, System.nanoTime());
    }
  }
}
