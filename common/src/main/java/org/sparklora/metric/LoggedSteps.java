package org.sparklora.metric;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/** Reads back the JSON lines of a run: each step once, of the latest generation that logged it. */
public final class LoggedSteps {
  private static final Log LOG = Log.of(LoggedSteps.class);
  private static final Pattern NAME =
      Pattern.compile("metrics\\.(\\d{1,18})\\..*\\.(\\d{1,9})\\.jsonl");

  private LoggedSteps() {}

  /** In the order of steps; empty where there are none, or they cannot be read. */
  public static List<LoggedStep> of(Store store, String outputDir, String runId) {
    String folder = Store.child(Store.child(outputDir, "runs"), runId);
    TreeMap<Long, LoggedStep> steps = new TreeMap<>();
    try {
      for (StoredFile file : parts(store, folder)) {
        List<LoggedStep> part = part(store, file.path());
        if (!part.isEmpty()) {
          steps.tailMap(part.get(0).step(), true).clear();
        }
        part.forEach(step -> steps.merge(step.step(), step, LoggedStep::and));
      }
    } catch (Failure failure) {
      LOG.warn("The run's log is not read: {}", failure.getMessage());
    } catch (UncheckedIOException | IOException failed) {
      LOG.warn("The run's log is not read: {}", failed.getMessage());
    }
    return List.copyOf(steps.values());
  }

  private static List<StoredFile> parts(Store store, String folder) {
    return store.list(folder).stream()
        .filter(file -> NAME.matcher(file.name()).matches())
        .sorted(
            Comparator.<StoredFile>comparingLong(file -> number(file, 1))
                .thenComparingLong(file -> number(file, 2)))
        .toList();
  }

  private static long number(StoredFile file, int group) {
    Matcher name = NAME.matcher(file.name());
    return name.matches() ? Long.parseLong(name.group(group)) : 0;
  }

  private static List<LoggedStep> part(Store store, String path) throws IOException {
    List<LoggedStep> steps = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(store.read(path), StandardCharsets.UTF_8))) {
      lines.lines().forEach(line -> LoggedStep.of(line).ifPresent(steps::add));
    }
    return steps;
  }
}
