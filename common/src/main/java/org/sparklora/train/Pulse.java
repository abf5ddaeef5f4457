package org.sparklora.train;

import ai.djl.Device;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.sparklora.tensor.MemoryUse;

/**
 * What is known of the whole process beside its threads' work: when it stood still, whatever they
 * did then (frozen by a signal or its host, or stopped by its own collector), and its memory, which
 * Linux takes its time to tell. A thread wakes ten times a second, and misses the one.
 */
final class Pulse implements AutoCloseable {
  private static final long BEAT_NANOS = 100_000_000L;

  /** Beats between two looks at the memory. */
  private static final int LOOK = 10;

  private final AtomicLong longest = new AtomicLong();
  private final Thread thread = new Thread(this::beat, "pulse");
  private volatile long memory = anonymous();
  private volatile boolean closed;

  private Pulse() {
    thread.setDaemon(true);
  }

  static Pulse start() {
    Pulse pulse = new Pulse();
    pulse.thread.start();
    return pulse;
  }

  /** The longest standstill since the last call, in nanoseconds. */
  long take() {
    return longest.getAndSet(0);
  }

  /** Anonymous memory of the process a second ago at most, in bytes. */
  long memory() {
    return memory;
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  private void beat() {
    long last = System.nanoTime();
    for (long beat = 1; !closed; beat++) {
      LockSupport.parkNanos(BEAT_NANOS);
      long now = System.nanoTime();
      longest.accumulateAndGet(now - last - BEAT_NANOS, Math::max);
      last = now;
      if (beat % LOOK == 0) {
        memory = anonymous();
      }
    }
  }

  private static long anonymous() {
    return MemoryUse.now(Device.cpu()).anonymous();
  }
}
