package org.sparklora.jobs;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.sparklora.jobs.run.ClusterSpark;

/** Samples this process, the driver, and its executors again and again into a CSV file. */
final class ProcessWatch implements AutoCloseable {
  private static final int PERIOD_SECONDS = 3;

  private final ClusterSpark cluster;
  private final PrintWriter file;
  private final long start = System.nanoTime();
  private final List<ProcessSample> samples = new ArrayList<>();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Future<?> sampling;

  ProcessWatch(ClusterSpark cluster, Path csv) throws IOException {
    this.cluster = cluster;
    this.file = new PrintWriter(Files.newBufferedWriter(csv), true);
    file.println(ProcessSample.HEADER);
    this.sampling = timer.scheduleWithFixedDelay(this::sample, 0, PERIOD_SECONDS, TimeUnit.SECONDS);
  }

  synchronized List<ProcessSample> driver() {
    return samples.stream().filter(s -> s.process().equals("driver")).toList();
  }

  /** The samples of the executor that was seen most often. */
  synchronized List<ProcessSample> oldestExecutor() {
    return samples.stream()
        .filter(s -> !s.process().equals("driver"))
        .collect(Collectors.groupingBy(ProcessSample::process))
        .values()
        .stream()
        .reduce(List.of(), (a, b) -> a.size() >= b.size() ? a : b);
  }

  private void sample() {
    double seconds = (System.nanoTime() - start) / 1e9;
    List<Optional<ProcessSample>> now = new ArrayList<>();
    now.add(ProcessSample.of("driver", ProcessHandle.current().pid(), seconds));
    for (ProcessHandle executor : cluster.executors()) {
      now.add(ProcessSample.of("executor " + executor.pid(), executor.pid(), seconds));
    }
    List<ProcessSample> seen = now.stream().flatMap(Optional::stream).toList();
    seen.forEach(sample -> file.println(sample.line()));
    System.out.printf(
        "soak: %4.0f s  %s%n",
        seconds, seen.stream().map(ProcessSample::toString).collect(Collectors.joining(" | ")));
    synchronized (this) {
      samples.addAll(seen);
    }
  }

  @Override
  public void close() {
    sampling.cancel(false);
    timer.shutdown();
    try {
      if (!timer.awaitTermination(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the last sample does not end");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("the soak was interrupted", e);
    }
    file.close();
  }
}
