package org.sparklora.jobs.run;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.sparklora.jobs.spark.Described;
import org.sparklora.screen.Screen;
import org.sparklora.screen.StageProgress;
import org.sparklora.screen.StageProgress.Read;
import scala.Tuple4;
import scala.collection.Iterable;
import scala.collection.Iterator;

/**
 * Shows how far the tasks of a stage are, at the end of each and as executors tell of those that
 * run, every ten seconds: at a terminal in one line that is drawn again, elsewhere by a line each
 * half minute. Stages of a job group, as ranks are, tell it themselves.
 */
final class TaskProgress extends SparkListener {
  private static final String DESCRIPTION = "spark.job.description";
  private static final String GROUP = "spark.jobGroup.id";
  private static final String METRICS = "internal.metrics.";

  private final Screen screen;
  private final Map<Integer, StageProgress> stages = new HashMap<>();

  TaskProgress(Screen screen) {
    this.screen = screen;
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    if (submitted.properties() != null && !submitted.properties().containsKey(GROUP)) {
      Properties said = submitted.properties();
      stages.put(
          submitted.stageInfo().stageId(),
          new StageProgress(
              said.getProperty(DESCRIPTION, "Spark"),
              submitted.stageInfo().numTasks(),
              Long.parseLong(said.getProperty(Described.ROWS, "0")),
              Long.parseLong(said.getProperty(Described.BYTES, "0"))));
    }
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    StageProgress stage = stages.get(start.stageId());
    if (stage != null) {
      stage.taskStarted(start.taskInfo().taskId());
    }
  }

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    Iterator<Tuple4<Long, Integer, Integer, Iterable<AccumulableInfo>>> tasks =
        counted(update).iterator();
    while (tasks.hasNext()) {
      Tuple4<Long, Integer, Integer, Iterable<AccumulableInfo>> task = tasks.next();
      StageProgress stage = stages.get(task._2());
      if (stage != null) {
        stage.taskRead(task._1(), read(task._4().iterator()));
        stage.showOn(screen);
      }
    }
  }

  /**
   * {@code accumUpdates}, the second element of the event: its method returns another type in Scala
   * 2.13, so that a call of it links with one of the two only.
   */
  @SuppressWarnings("unchecked") // (task, stage, attempt, counts)
  private static Iterable<Tuple4<Long, Integer, Integer, Iterable<AccumulableInfo>>> counted(
      SparkListenerExecutorMetricsUpdate update) {
    return (Iterable<Tuple4<Long, Integer, Integer, Iterable<AccumulableInfo>>>)
        update.productElement(1);
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    StageProgress stage = stages.get(end.stageId());
    if (stage == null) {
      return;
    }
    if (end.taskInfo().successful()) {
      stage.taskDone(end.taskInfo().taskId(), read(end.taskMetrics()));
      stage.showOn(screen);
    } else {
      stage.taskFailed(end.taskInfo().taskId());
    }
  }

  @Override
  public void onStageCompleted(SparkListenerStageCompleted completed) {
    StageProgress stage = stages.remove(completed.stageInfo().stageId());
    if (stage != null) {
      screen.clear();
    }
  }

  private static Read read(TaskMetrics metrics) {
    return metrics == null
        ? Read.NOTHING
        : new Read(
            Math.max(
                metrics.inputMetrics().recordsRead(), metrics.outputMetrics().recordsWritten()),
            Math.max(metrics.inputMetrics().bytesRead(), metrics.outputMetrics().bytesWritten()));
  }

  /** Of a task that runs. */
  private static Read read(Iterator<AccumulableInfo> counts) {
    long rows = 0;
    long bytes = 0;
    while (counts.hasNext()) {
      AccumulableInfo count = counts.next();
      if (count.update().isDefined() && count.update().get() instanceof Long number) {
        switch (count.name().isDefined() ? count.name().get() : "") {
          case METRICS + "input.recordsRead", METRICS + "output.recordsWritten" ->
              rows = Math.max(rows, number);
          case METRICS + "input.bytesRead", METRICS + "output.bytesWritten" ->
              bytes = Math.max(bytes, number);
          default -> {}
        }
      }
    }
    return new Read(rows, bytes);
  }
}
