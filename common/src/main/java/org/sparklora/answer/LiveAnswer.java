package org.sparklora.answer;

import java.time.Duration;
import org.sparklora.Failure;

/** The tokens of an answer on their way from the thread that computes to the one that waits. */
final class LiveAnswer {
  private int[] ids = {};
  private FinishReason finish;
  private Failure failure;
  private boolean cancelled;

  /**
   * What there is of it.
   *
   * @param finish null while more may come
   */
  record Snapshot(int[] ids, FinishReason finish) {}

  synchronized void update(int... all) {
    ids = all;
    notifyAll();
  }

  synchronized void end(FinishReason reason) {
    finish = reason;
    notifyAll();
  }

  synchronized void fail(Failure reason) {
    if (finish == null) {
      failure = reason;
      notifyAll();
    }
  }

  /** Nobody waits for more. */
  synchronized void cancel() {
    cancelled = true;
  }

  synchronized boolean isCancelled() {
    return cancelled;
  }

  /**
   * Waits until there are more than {@code count} tokens, it has ended, or the time is over.
   *
   * @throws Failure where it could not go on
   */
  synchronized Snapshot awaitBeyond(int count, Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (ids.length <= count && finish == null && failure == null) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        break;
      }
      wait(left);
    }
    if (failure != null) {
      throw failure;
    }
    return new Snapshot(ids, finish);
  }
}
