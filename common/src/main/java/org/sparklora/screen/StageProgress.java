package org.sparklora.screen;

import java.util.HashMap;
import java.util.Map;
import org.sparklora.TimeSpan;

/** How far the tasks of one stage are, those that run included. */
public final class StageProgress {
  private final String name;
  private final int tasks;
  private final long allRows;
  private final long allBytes;
  private final long begun = System.nanoTime();
  private final Map<Long, Read> running = new HashMap<>();
  private Read ended = Read.NOTHING;
  private int done;

  /** What tasks have read or written so far. */
  public record Read(long rows, long bytes) {
    public static final Read NOTHING = new Read(0, 0);

    Read plus(Read other) {
      return new Read(rows + other.rows, bytes + other.bytes);
    }
  }

  /**
   * Of a stage.
   *
   * @param allRows that its tasks read in all; 0 where nobody knows
   * @param allBytes that they read in all; 0 where nobody knows
   */
  public StageProgress(String name, int tasks, long allRows, long allBytes) {
    this.name = name;
    this.tasks = tasks;
    this.allRows = allRows;
    this.allBytes = allBytes;
  }

  /** Shows it. */
  public void showOn(Screen screen) {
    screen.progress(line(), begun);
  }

  /** A task runs. */
  public void taskStarted(long task) {
    running.put(task, Read.NOTHING);
  }

  /** What a task has read; of one that has ended it is old news. */
  public void taskRead(long task, Read read) {
    running.computeIfPresent(task, (id, before) -> read);
  }

  /** A task has ended well, having read so much. */
  public void taskDone(long task, Read read) {
    running.remove(task);
    ended = ended.plus(read);
    done++;
  }

  /** A task has failed; what it read will be read again. */
  public void taskFailed(long task) {
    running.remove(task);
  }

  String line() {
    double seconds = Math.max(1e-3, (System.nanoTime() - begun) / 1e9);
    Read read = running.values().stream().reduce(ended, Read::plus);
    double part = part(read);
    return "%s: %d of %d tasks%s%s%s"
        .formatted(
            name,
            done,
            tasks,
            read.rows() == 0
                ? ""
                : ", %d rows, %.0f rows/s".formatted(read.rows(), read.rows() / seconds),
            read.bytes() == 0 ? "" : ", %.1f MB".formatted(read.bytes() / 1e6),
            part == 0 ? "" : ", left " + TimeSpan.text(seconds / part - seconds));
  }

  /** How much of the work is done, 0 to 1, by what is known of it. */
  private double part(Read read) {
    if (done == tasks) {
      return 1;
    }
    double part =
        allRows > 0
            ? (double) read.rows() / allRows
            : allBytes > 0 ? (double) read.bytes() / allBytes : 0;
    return part > 0 ? Math.min(1, part) : (double) done / tasks;
  }
}
