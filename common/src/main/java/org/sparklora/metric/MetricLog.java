package org.sparklora.metric;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparklora.Failure;
import org.sparklora.HostName;
import org.sparklora.storage.Store;

/**
 * The figures of a run as TensorBoard events and as JSON lines under {@code output_dir/runs/}:
 * written to local files, copied to the store by {@link #upload()}. Not thread-safe.
 *
 * <p>Tags are those of Hugging Face's Trainer: {@code train/loss}, {@code train/learning_rate},
 * {@code train/grad_norm}, {@code train/epoch}.
 */
public final class MetricLog implements AutoCloseable {
  private final Store store;
  private final Path local;
  private final Target events;
  private final Target lines;
  private final EventFile eventFile;
  private final JsonLines jsonLines;
  private final long firstStep;
  private boolean changed = true;

  /** A local file and its path in the store. */
  private record Target(Path local, String path) {}

  private MetricLog(Store store, String folder, LogPart part) throws IOException {
    this.store = store;
    this.local = Files.createTempDirectory("sparklora-log");
    this.firstStep = part.firstStep();
    Instant now = Instant.now();
    String name = "%d.%s.%d".formatted(now.getEpochSecond(), hostName(), part.generation());
    this.events = target(folder, "events.out.tfevents." + name);
    this.lines = target(folder, "metrics." + name + ".jsonl");
    this.eventFile = new EventFile(Files.newOutputStream(events.local()), now, part.firstStep());
    this.jsonLines = new JsonLines(Files.newOutputStream(lines.local()));
  }

  /** A new pair of files under {@code outputDir/runs/<run>/}; nothing is in the store yet. */
  public static MetricLog open(Store store, String outputDir, LogPart part) {
    String folder = Store.child(Store.child(outputDir, "runs"), part.run());
    try {
      return new MetricLog(store, folder, part);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /** What TensorBoard shows as a page of text: a table of the settings. */
  public void describe(Map<String, String> settings) {
    changed = true;
    try {
      eventFile.append(Instant.now(), firstStep, "settings", SettingsPage.of(settings));
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /** The figures of one step. */
  public void log(LoggedStep logged) {
    changed = true;
    try {
      Instant time = Instant.ofEpochMilli(Math.round(logged.time() * 1000));
      eventFile.append(time, logged.step(), logged.figures());
      jsonLines.append(logged);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /** Copies what has been written of both files to the store. */
  public void upload() {
    if (!changed) {
      return;
    }
    try {
      eventFile.flush();
      jsonLines.flush();
      copy(events);
      copy(lines);
      changed = false;
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /** Where the event file is, or will be. */
  public String eventPath() {
    return events.path();
  }

  /** Uploads what is new and deletes the local files. */
  @Override
  public void close() {
    try {
      upload();
    } finally {
      deleteLocal();
    }
  }

  /** Deletes the local files without uploading, for a writer that may no longer write. */
  public void discard() {
    deleteLocal();
  }

  private Target target(String folder, String name) {
    return new Target(local.resolve(name), Store.child(folder, name));
  }

  private void copy(Target target) throws IOException {
    try (var out = store.create(target.path())) {
      Files.copy(target.local(), out);
    }
  }

  private void deleteLocal() {
    Optional<IOException> failed = Optional.empty();
    // On a full disk closing fails; deleting makes room.
    for (Closeable step :
        List.<Closeable>of(
            eventFile,
            jsonLines,
            () -> Files.deleteIfExists(events.local()),
            () -> Files.deleteIfExists(lines.local()),
            () -> Files.deleteIfExists(local))) {
      try {
        step.close();
      } catch (IOException e) {
        failed = Optional.of(e);
      }
    }
    if (failed.isPresent()) {
      throw cannotWrite(failed.get());
    }
  }

  private static String hostName() {
    return HostName.current().replaceAll("[^A-Za-z0-9-]", "-");
  }

  private static Failure cannotWrite(IOException cause) {
    return Failure.storage(
        "Cannot write the training log, its file failed: %s (expected free space under %s)."
                .formatted(cause.getMessage(), System.getProperty("java.io.tmpdir"))
            + " Free some, or set java.io.tmpdir.",
        cause);
  }
}
