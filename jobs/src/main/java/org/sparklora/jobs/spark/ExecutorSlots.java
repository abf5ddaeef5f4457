package org.sparklora.jobs.spark;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;

/** Waits for executors: wakes when one registers, and checks again every second. */
public final class ExecutorSlots implements Supervisor.Slots {
  private static final long LOOK_AGAIN_MILLIS = 1_000;

  private final IntSupplier slots;
  private final SlotWatch watch;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition added = lock.newCondition();

  /**
   * Listens to {@code context} from now on.
   *
   * @param slots how many ranks could run at the moment
   */
  public ExecutorSlots(SparkContext context, IntSupplier slots, SlotWatch watch) {
    this.slots = slots;
    this.watch = watch;
    context.addSparkListener(new Arrivals());
  }

  @Override
  public int await(int wanted, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    SlotWatch.Wait wait = watch.begin(wanted);
    lock.lock();
    try {
      int there = slots.getAsInt();
      for (long left = limit.toNanos(); there < wanted && left > 0; ) {
        EndedApplication.check();
        wait.lasts(there, Duration.ofNanos(left));
        added.await(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        there = slots.getAsInt();
        left = deadline - System.nanoTime();
      }
      return there;
    } catch (InterruptedException e) {
      throw EndedApplication.interrupted(e);
    } finally {
      lock.unlock();
    }
  }

  private final class Arrivals extends SparkListener {
    @Override
    public void onExecutorAdded(SparkListenerExecutorAdded event) {
      lock.lock();
      try {
        added.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
