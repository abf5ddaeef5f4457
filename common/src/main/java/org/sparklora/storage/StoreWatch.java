package org.sparklora.storage;

import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.sparklora.Log;

/** Looks at what stores are asked for: whatever takes long is said in one line. */
public final class StoreWatch {
  private static final Log LOG = Log.of(StoreWatch.class);
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Map<Thread, Waiting> WAITING = new ConcurrentHashMap<>();

  static {
    startClock();
  }

  private StoreWatch() {}

  /** Asks a store. */
  interface Call<T> {
    T run() throws IOException;
  }

  static <T> T during(String action, String path, Call<T> call) throws IOException {
    Thread caller = Thread.currentThread();
    Waiting outer = WAITING.put(caller, new Waiting(action, path));
    try {
      return call.run();
    } finally {
      if (outer == null) {
        WAITING.remove(caller);
      } else {
        WAITING.put(caller, outer);
      }
    }
  }

  /** What other readers ask a store for before they return. */
  public static <T> T asking(String action, String path, Supplier<T> call) {
    try {
      return during(action, path, call::get);
    } catch (IOException e) {
      throw new IllegalStateException("a supplier declares none", e);
    }
  }

  /** The same rows, which Spark's readers take from a store; {@code path} is for messages. */
  public static <T> Iterator<T> over(String path, Iterator<T> rows) {
    return WatchedStreams.rows(path, rows);
  }

  /** From now on this thread waits for readers and writers that are not ours. */
  public static void beginWait(String action, String path) {
    WAITING.put(Thread.currentThread(), new Waiting(action, path));
  }

  /** This thread goes on. */
  public static void endWait() {
    WAITING.remove(Thread.currentThread());
  }

  /** What a thread has been waiting for so long that it was said. */
  public static Optional<String> longWaitOf(Thread thread) {
    return waitOf(thread, LONG);
  }

  static Optional<String> waitOf(Thread thread, Duration limit) {
    return Optional.ofNullable(WAITING.get(thread)).filter(w -> w.lasts(limit)).map(Waiting::words);
  }

  static void look(Duration silence) {
    WAITING.values().forEach(waiting -> waiting.tellAfter(silence));
  }

  /** Where the machine has no thread left nothing is said. */
  private static void startClock() {
    try {
      ScheduledExecutorService clock =
          Executors.newSingleThreadScheduledExecutor(
              task -> {
                Thread thread = new Thread(task, "store watch");
                thread.setDaemon(true);
                return thread;
              });
      var unused = clock.scheduleWithFixedDelay(() -> look(LONG), 1, 1, TimeUnit.SECONDS);
    } catch (OutOfMemoryError noThread) {
      LOG.debug("No thread is left to watch stores", noThread);
    }
  }

  /** One question that was not answered yet. */
  private static final class Waiting {
    private final String action;
    private final String path;
    private final long since = System.nanoTime();
    private Duration nextWord = Duration.ZERO;

    Waiting(String action, String path) {
      this.action = action;
      this.path = path;
    }

    boolean lasts(Duration limit) {
      return System.nanoTime() - since >= limit.toNanos();
    }

    String words() {
      return "to %s %s".formatted(action, path);
    }

    /** Only the clock's thread calls it. */
    void tellAfter(Duration silence) {
      Duration word = nextWord.isZero() ? silence : nextWord;
      if (lasts(word)) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since);
        LOG.warn("Waiting for the store {}, {} s so far", words(), seconds);
        nextWord = word.multipliedBy(2);
      }
    }
  }
}
