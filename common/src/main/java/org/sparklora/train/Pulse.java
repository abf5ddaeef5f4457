package org.sparklora.train;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Notices when the whole process stood still, whatever its threads did then: frozen by a signal or
 * its host, or stopped by its own collector. A thread wakes ten times a second, and misses it.
 */
final class Pulse implements AutoCloseable {
  private static final long BEAT_NANOS = 100_000_000L;

  private final AtomicLong longest = new AtomicLong();
  private final Thread thread = new Thread(this::beat, "pulse");
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

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  private void beat() {
    long last = System.nanoTime();
    while (!closed) {
      LockSupport.parkNanos(BEAT_NANOS);
      long now = System.nanoTime();
      longest.accumulateAndGet(now - last - BEAT_NANOS, Math::max);
      last = now;
    }
  }
}
