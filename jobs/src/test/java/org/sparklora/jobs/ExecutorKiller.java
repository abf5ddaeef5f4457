package org.sparklora.jobs;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.sparklora.jobs.run.ClusterSpark;

/**
 * Kills executors with SIGKILL at random moments: some seconds after the run was last seen to move,
 * the younger one more often, so that some live long enough to watch their memory.
 */
final class ExecutorKiller implements AutoCloseable {
  private static final int SHORTEST_MILLIS = 1_000;
  private static final int LONGEST_MILLIS = 12_000;
  private static final double ELDER_DIES = 0.2;

  private final ClusterSpark cluster;
  private final Random random;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "executor-killer");
            thread.setDaemon(true);
            return thread;
          });
  // The kill that is due, or null.
  private Future<?> due;
  private int kills;

  ExecutorKiller(ClusterSpark cluster, long seed) {
    this.cluster = cluster;
    this.random = new Random(seed);
  }

  /** The run has moved: from now on the next kill is due. */
  synchronized void sawProgress() {
    if (due == null && !timer.isShutdown()) {
      int delay = SHORTEST_MILLIS + random.nextInt(LONGEST_MILLIS - SHORTEST_MILLIS);
      due = timer.schedule(this::kill, delay, TimeUnit.MILLISECONDS);
    }
  }

  synchronized int kills() {
    return kills;
  }

  private synchronized void kill() {
    due = null;
    List<ProcessHandle> executors =
        cluster.executors().stream().sorted(Comparator.comparing(ExecutorKiller::start)).toList();
    boolean elder = random.nextDouble() < ELDER_DIES;
    if (timer.isShutdown() || executors.isEmpty()) {
      return;
    }
    executors.get(elder ? 0 : executors.size() - 1).destroyForcibly();
    kills++;
  }

  private static Instant start(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.MAX);
  }

  /** No more kills. */
  @Override
  public void close() {
    timer.shutdownNow();
  }
}
