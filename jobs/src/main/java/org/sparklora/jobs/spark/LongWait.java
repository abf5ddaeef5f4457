package org.sparklora.jobs.spark;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Says what is waited for, first after ten seconds and then ever more rarely. */
public final class LongWait implements AutoCloseable {
  private static final Duration SILENCE = Duration.ofSeconds(10);

  private final String forWhat;
  private final Consumer<String> news;
  private final long start = System.nanoTime();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "long wait");
            thread.setDaemon(true);
            return thread;
          });

  private LongWait(String forWhat, Consumer<String> news, Duration silence) {
    this.forWhat = forWhat;
    this.news = news;
    tellAfter(silence);
  }

  /** Until it is closed, with {@code forWhat} after "Waiting". */
  public static LongWait begin(String forWhat, Consumer<String> news) {
    return begin(forWhat, news, SILENCE);
  }

  static LongWait begin(String forWhat, Consumer<String> news, Duration silence) {
    return new LongWait(forWhat, news, silence);
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }

  private void tellAfter(Duration silence) {
    var unused =
        clock.schedule(
            () -> {
              news.accept(
                  "Waiting %s, %d s so far"
                      .formatted(
                          forWhat, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)));
              tellAfter(silence.multipliedBy(2));
            },
            silence.toMillis(),
            TimeUnit.MILLISECONDS);
  }
}
