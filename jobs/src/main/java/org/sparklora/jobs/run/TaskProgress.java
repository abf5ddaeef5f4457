package org.sparklora.jobs.run;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.sparklora.VisibleText;

/**
 * Shows how far the tasks of a stage are: at a terminal in one line that is drawn again, elsewhere
 * by a line each half minute. Stages of a job group, as ranks are, tell it themselves.
 */
final class TaskProgress extends SparkListener {
  private static final String DESCRIPTION = "spark.job.description";
  private static final String GROUP = "spark.jobGroup.id";
  private static final String CLEAR = "\r\u001b[K";
  private static final int WIDEST = 100;

  private final PrintStream out;
  private final boolean terminal;
  private final long pauseNanos;
  private final Map<Integer, Stage> stages = new ConcurrentHashMap<>();
  private long shown = System.nanoTime();

  /**
   * @param terminal whether a line can be drawn again
   * @param pauseNanos between lines where it cannot
   */
  TaskProgress(PrintStream out, boolean terminal, long pauseNanos) {
    this.out = out;
    this.terminal = terminal;
    this.pauseNanos = pauseNanos;
  }

  /** For the terminal that this process has, or none. */
  static TaskProgress on(PrintStream out) {
    return new TaskProgress(out, isTerminal(), TimeUnit.SECONDS.toNanos(30));
  }

  /** What standard output is, as Linux says; newer consoles of Java do not. */
  private static boolean isTerminal() {
    try {
      Path output = Files.readSymbolicLink(Path.of("/proc/self/fd/1"));
      return output.startsWith("/dev/pts") || output.startsWith("/dev/console");
    } catch (IOException | UnsupportedOperationException unknown) {
      return false;
    }
  }

  private record Stage(String name, int tasks, long begun, AtomicLong done, AtomicLong rows) {
    String line() {
      double seconds = Math.max(1e-3, (System.nanoTime() - begun) / 1e9);
      long left = Math.round(seconds / done.get() * (tasks - done.get()));
      String speed = rows.get() == 0 ? "" : ", %.0f rows/s".formatted(rows.get() / seconds);
      return "%s: %d of %d tasks%s, left %d:%02d:%02d"
          .formatted(name, done.get(), tasks, speed, left / 3600, left / 60 % 60, left % 60);
    }
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    if (submitted.properties() == null || submitted.properties().containsKey(GROUP)) {
      return;
    }
    String name = submitted.properties().getProperty(DESCRIPTION, "Spark");
    Stage stage =
        new Stage(
            VisibleText.of(name),
            submitted.stageInfo().numTasks(),
            System.nanoTime(),
            new AtomicLong(),
            new AtomicLong());
    stages.put(submitted.stageInfo().stageId(), stage);
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    Stage stage = stages.get(end.stageId());
    if (stage != null && end.taskInfo().successful()) {
      stage.done().incrementAndGet();
      stage.rows().addAndGet(rows(end.taskMetrics()));
      show(stage);
    }
  }

  @Override
  public void onStageCompleted(SparkListenerStageCompleted completed) {
    Stage stage = stages.remove(completed.stageInfo().stageId());
    if (stage != null && terminal) {
      out.print(CLEAR);
      out.flush();
    }
  }

  private static long rows(TaskMetrics metrics) {
    return metrics == null
        ? 0
        : Math.max(metrics.inputMetrics().recordsRead(), metrics.outputMetrics().recordsWritten());
  }

  private void show(Stage stage) {
    String line = stage.line();
    if (terminal) {
      out.print(CLEAR + line.substring(0, Math.min(WIDEST, line.length())));
      out.flush();
    } else if (System.nanoTime() - shown > pauseNanos) {
      shown = System.nanoTime();
      out.println(line);
    }
  }
}
