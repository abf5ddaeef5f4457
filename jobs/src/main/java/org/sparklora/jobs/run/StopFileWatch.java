package org.sparklora.jobs.run;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.jobs.spark.StopSignal;
import org.sparklora.storage.StopFile;

/** Looks every second whether a file asks the run to stop, until closed. */
public final class StopFileWatch implements AutoCloseable {
  private static final Log LOG = Log.of(StopFileWatch.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private final StopFile file;
  private final StopSignal stop;
  private final ScheduledExecutorService looking =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "stop file");
            thread.setDaemon(true);
            return thread;
          });

  private StopFileWatch(StopFile file, StopSignal stop) {
    this.file = file;
    this.stop = stop;
  }

  /** Looks for the first time before it returns; its caller holds the folder's lease. */
  public static StopFileWatch begin(StopFile file, StopSignal stop) {
    StopFileWatch watch = new StopFileWatch(file, stop);
    watch.look();
    long millis = BETWEEN_LOOKS.toMillis();
    var unused =
        watch.looking.scheduleWithFixedDelay(watch::look, millis, millis, TimeUnit.MILLISECONDS);
    return watch;
  }

  /** The run obeyed, or is done: the next one is not asked. */
  public void takeAway() {
    if (file.isThere()) {
      file.takeAway();
    }
  }

  @Override
  public void close() {
    looking.shutdownNow();
  }

  private void look() {
    try {
      if (!stop.isAsked() && file.isThere()) {
        LOG.warn("The file {} asks to stop: finishing the step and saving", StopFile.NAME);
        stop.ask("the file " + StopFile.NAME);
      }
    } catch (Failure failure) {
      LOG.warn("Nobody knows whether to stop: {}", failure.getMessage());
    }
  }
}
