package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.command.JobOutcome;
import org.sparklora.jobs.run.DriverProcess;
import org.sparklora.jobs.run.JobResult;
import org.sparklora.jobs.run.OutputPlace;
import org.sparklora.jobs.spark.StopSignal;
import org.sparklora.storage.Lease;
import org.sparklora.storage.LeaseClaim;
import org.sparklora.storage.Store;

/** Processes that end by an error: at once, with a sentence, and nobody says that a signal came. */
@Tag("spark")
@Timeout(300)
class TestJobProcess {
  @TempDir Path folder;

  @Test
  void anErrorInMainEndsTheProcessAtOnce() throws Exception {
    assertTold(
        InMain.class,
        4,
        "Cannot go on, the driver has other classes than the application was built with: NoSuchMethodError 'x'");
  }

  @Test
  void anErrorInAnotherThreadDoesNotLetMainWaitForEver() throws Exception {
    assertTold(
        InThread.class, 4, "Cannot go on, the driver has too little Java heap: OutOfMemoryError");
  }

  @Test
  void whatNobodyCanChangeIsToldAsADefect() throws Exception {
    assertTold(
        Asserted.class,
        70,
        "Cannot go on with train, a defect: java.lang.AssertionError: oh (expected none).");
  }

  /** A pipe that nobody writes to keeps its reader waiting, as a store that is silent does. */
  @Test
  void aSignalWhileAStoreIsSilentEndsTheProcessAndStandsInTheOutcome(@TempDir Path store)
      throws Exception {
    Path pipe = store.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    try (DriverProcess process =
            DriverProcess.start(Silent.class, List.of(folder.toString(), pipe.toString()));
        OutputStream opened = Files.newOutputStream(pipe)) {
      TimeUnit.SECONDS.sleep(11); // a wait is long from 10 s on
      process.terminate();
      List<String> lines = process.allLines();
      assertEquals(143, process.exitCode(), lines.toString());
      opened.flush();
    }
    String outcome = Files.readString(folder.resolve("_outcome.json"));
    assertTrue(
        outcome.contains(
            "Stopped by a signal while waiting for the store to read the file " + pipe + ". Run"),
        outcome);
  }

  private void assertTold(Class<?> main, int code, String said) throws Exception {
    long start = System.nanoTime();
    try (DriverProcess process = DriverProcess.start(main, List.of(folder.toString()))) {
      List<String> lines = process.allLines();
      assertEquals(code, process.exitCode(), lines.toString());
      assertEquals(1, lines.stream().filter(l -> l.startsWith(said)).count(), lines.toString());
      assertTrue(lines.stream().noneMatch(l -> l.contains("signal")), lines.toString());
    }
    assertTrue(Duration.ofNanos(System.nanoTime() - start).toSeconds() < 30);
    String outcome = Files.readString(folder.resolve("_outcome.json"));
    assertTrue(outcome.contains("\"exit_code\" : " + code), outcome);
    assertTrue(outcome.contains(said), outcome);
  }

  /** A process with a signal's hook and an output folder that it holds. */
  private static void process(String[] arguments, Runnable work) {
    StopSignal stop = StopSignal.install(Duration.ofMinutes(15), MainEnd.afterSignal());
    stop.tellsBy(MainEnd::tellWhereOpen);
    OutputPlace place = new OutputPlace(Store.local(), arguments[0], LeaseClaim.of("--output_dir"));
    JobOutcome outcome =
        new JobProcess("train", System.err, stop::finish)
            .run(
                () -> {
                  JobResult result =
                      place.ending(
                          "train",
                          () -> true,
                          () -> {
                            try (Lease lease = place.lease()) {
                              lease.check();
                              work.run();
                            }
                            return () -> JobOutcome.done("never");
                          });
                  return result.outcome();
                });
    System.exit(outcome.code().code());
  }

  static final class InMain {
    public static void main(String[] arguments) {
      process(
          arguments,
          () -> {
            throw new NoSuchMethodError("x");
          });
    }
  }

  static final class Silent {
    public static void main(String[] arguments) {
      process(arguments, () -> Store.local().readText(arguments[1]));
    }
  }

  static final class Asserted {
    public static void main(String[] arguments) {
      process(
          arguments,
          () -> {
            throw new AssertionError("oh");
          });
    }
  }

  static final class InThread {
    public static void main(String[] arguments) {
      process(
          arguments,
          () -> {
            new Thread(InThread::fill, "dag-scheduler-event-loop").start();
            while (true) {
              LockSupport.park();
            }
          });
    }

    private static void fill() {
      throw new OutOfMemoryError("Java heap space");
    }
  }
}
