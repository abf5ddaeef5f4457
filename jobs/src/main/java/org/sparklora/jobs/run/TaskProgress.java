package org.sparklora.jobs.run;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.sparklora.screen.Screen;

/**
 * Shows how far the tasks of a stage are: at a terminal in one line that is drawn again, elsewhere
 * by a line each half minute. Stages of a job group, as ranks are, tell it themselves.
 */
final class TaskProgress extends SparkListener {
  private static final String DESCRIPTION = "spark.job.description";
  private static final String GROUP = "spark.jobGroup.id";

  private final Screen screen;
  private final Map<Integer, Stage> stages = new ConcurrentHashMap<>();

  TaskProgress(Screen screen) {
    this.screen = screen;
  }

  private record Stage(
      String name, int tasks, long begun, AtomicLong done, AtomicLong rows, AtomicLong bytes) {
    String line() {
      double seconds = Math.max(1e-3, (System.nanoTime() - begun) / 1e9);
      long left = Math.round(seconds / done.get() * (tasks - done.get()));
      return "%s: %d of %d tasks%s%s, left %d:%02d:%02d"
          .formatted(
              name,
              done.get(),
              tasks,
              rows.get() == 0
                  ? ""
                  : ", %d rows, %.0f rows/s".formatted(rows.get(), rows.get() / seconds),
              bytes.get() == 0 ? "" : ", %.1f MB".formatted(bytes.get() / 1e6),
              left / 3600,
              left / 60 % 60,
              left % 60);
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
            name,
            submitted.stageInfo().numTasks(),
            System.nanoTime(),
            new AtomicLong(),
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
      stage.bytes().addAndGet(bytes(end.taskMetrics()));
      screen.progress(stage.line(), stage.begun());
    }
  }

  @Override
  public void onStageCompleted(SparkListenerStageCompleted completed) {
    Stage stage = stages.remove(completed.stageInfo().stageId());
    if (stage != null) {
      screen.clear();
    }
  }

  private static long rows(TaskMetrics metrics) {
    return metrics == null
        ? 0
        : Math.max(metrics.inputMetrics().recordsRead(), metrics.outputMetrics().recordsWritten());
  }

  private static long bytes(TaskMetrics metrics) {
    return metrics == null
        ? 0
        : Math.max(metrics.inputMetrics().bytesRead(), metrics.outputMetrics().bytesWritten());
  }
}
