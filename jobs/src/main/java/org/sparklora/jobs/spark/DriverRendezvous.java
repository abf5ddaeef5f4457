package org.sparklora.jobs.spark;

import java.time.Duration;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskKilledException;
import org.sparklora.collective.PeerLost;
import org.sparklora.collective.Rendezvous;

/**
 * The ranks of a generation are the tasks of one barrier stage; they meet at the driver's endpoint.
 * Spark's own {@code allGather} looks once a second whether all have come.
 */
public final class DriverRendezvous implements Rendezvous {
  private static final String LIMIT = "spark.barrier.sync.timeout";
  private static final long SHORTEST_PAUSE_MILLIS = 10;
  private static final long LONGEST_PAUSE_MILLIS = 400;

  private final BarrierTaskContext task = BarrierTaskContext.get();
  private final DriverClient driver;
  private final Duration limit;

  /** In a task of a barrier stage, on the task's own thread. */
  public DriverRendezvous(DriverClient driver) {
    this(driver, Duration.ofSeconds(SparkEnv.get().conf().getTimeAsSeconds(LIMIT, "300s")));
  }

  DriverRendezvous(DriverClient driver, Duration limit) {
    this.driver = driver;
    this.limit = limit;
  }

  public int rank() {
    return task.partitionId();
  }

  public int ranks() {
    return task.getTaskInfos().length;
  }

  @Override
  public List<String> exchange(String mine) {
    Meeting.Arrival arrival =
        new Meeting.Arrival(task.stageId(), task.stageAttemptNumber(), rank(), ranks(), mine);
    long start = System.nanoTime();
    long pause = SHORTEST_PAUSE_MILLIS;
    List<String> all = driver.meet(arrival);
    while (all.isEmpty()) {
      if (System.nanoTime() - start > limit.toNanos()) {
        throw new PeerLost(
            "Cannot begin to train, not all ranks came: rank %d of %d waited %d s (expected all within %s). Look into the logs of the other executors."
                .formatted(rank(), ranks(), limit.toSeconds(), LIMIT));
      }
      pause(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
      all = driver.meet(arrival);
    }
    return all;
  }

  /** Ends with the stage, which may have lost a rank before it came. */
  private void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TaskKilledException("interrupted while it waited for the other ranks");
    }
    if (task.isInterrupted()) {
      throw new TaskKilledException("given up while it waited for the other ranks");
    }
  }
}
