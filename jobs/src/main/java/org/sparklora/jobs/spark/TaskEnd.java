package org.sparklora.jobs.spark;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.apache.spark.util.TaskFailureListener;

/** What happens when a task ends. */
public final class TaskEnd {
  private TaskEnd() {}

  /**
   * Asks for it; Spark 3.5.0 cannot say at the end whether a task failed.
   *
   * @param always runs first
   * @param ifDone runs if the task neither failed nor was interrupted
   */
  public static void of(TaskContext task, Runnable always, Runnable ifDone) {
    AtomicBoolean failed = new AtomicBoolean();
    task.addTaskFailureListener((TaskFailureListener) (same, why) -> failed.set(true));
    task.addTaskCompletionListener(
        (TaskCompletionListener)
            same -> {
              always.run();
              if (!failed.get() && !same.isInterrupted()) {
                ifDone.run();
              }
            });
  }
}
