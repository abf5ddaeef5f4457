package org.sparklora.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a Java process holds at one moment, from Linux and from {@code jstat}.
 *
 * @param seconds since the watch began
 * @param process "driver" or "executor 4711"
 * @param anonymous MiB of anonymous memory in RAM
 * @param heap MiB of objects, garbage included
 */
record ProcessSample(
    double seconds, String process, double anonymous, double heap, int threads, int sockets) {
  static final String HEADER = "seconds,process,anonymous_mib,heap_mib,threads,sockets";

  /** Empty if the process dies meanwhile. */
  static Optional<ProcessSample> of(String name, long pid, double seconds) {
    try {
      Path proc = Path.of("/proc/" + pid);
      List<String> status = Files.readAllLines(proc.resolve("status"));
      return Optional.of(
          new ProcessSample(
              seconds,
              name,
              number(status, "RssAnon:") / 1024.0,
              heap(pid),
              (int) number(status, "Threads:"),
              sockets(proc.resolve("fd"))));
    } catch (IOException | IllegalArgumentException | InterruptedException gone) {
      return Optional.empty();
    }
  }

  String line() {
    return "%.1f,%s,%.1f,%.1f,%d,%d".formatted(seconds, process, anonymous, heap, threads, sockets);
  }

  @Override
  public String toString() {
    return "%s: anonymous %.0f MiB, heap %.0f MiB, %d threads, %d sockets"
        .formatted(process, anonymous, heap, threads, sockets);
  }

  private static long number(List<String> status, String key) {
    return status.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no " + key));
  }

  private static int sockets(Path descriptors) throws IOException {
    try (Stream<Path> files = Files.list(descriptors)) {
      return (int) files.filter(ProcessSample::isSocket).count();
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException closed) {
      return false;
    }
  }

  /** Both survivor spaces, eden and the old generation, of a line in KiB under its names. */
  private static double heap(long pid) throws IOException, InterruptedException {
    String tool = Path.of(System.getProperty("java.home"), "bin", "jstat").toString();
    Process jstat = new ProcessBuilder(tool, "-gc", Long.toString(pid)).start();
    List<String> lines = jstat.inputReader().lines().toList();
    if (!jstat.waitFor(10, TimeUnit.SECONDS) || lines.size() < 2) {
      throw new IOException("jstat says nothing");
    }
    List<String> names = List.of(lines.get(0).trim().split("\\s+", -1));
    String[] values = lines.get(1).trim().split("\\s+", -1);
    return Stream.of("S0U", "S1U", "EU", "OU")
            .mapToDouble(name -> Double.parseDouble(values[names.indexOf(name)]))
            .sum()
        / 1024;
  }
}
