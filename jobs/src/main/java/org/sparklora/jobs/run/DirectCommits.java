package org.sparklora.jobs.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.spark.TaskContext;
import org.apache.spark.internal.io.FileCommitProtocol;
import org.apache.spark.internal.io.FileNameSpec;
import org.apache.spark.util.TaskCompletionListener;
import org.sparklora.Log;
import org.sparklora.storage.StoreWatch;
import scala.Option;
import scala.collection.JavaConverters;

/**
 * What Spark's writers write goes to its place at once: nothing is renamed, which an object store
 * cannot do. Names carry the id of our run and of the attempt, and no reader knows a file before
 * the folder's description lists it. Spark makes this by name; only inheriting changes it.
 */
public final class DirectCommits extends FileCommitProtocol implements java.io.Serializable {
  static final String RUN = "sparklora.run";

  /** What a task's first row is awaited from, if not from our own code. */
  static final String SOURCE = "sparklora.source";

  private static final long serialVersionUID = 1L;
  private static final Log LOG = Log.of(DirectCommits.class);

  /** By run, from the end of its Spark job until it is asked. */
  private static final Map<String, Set<String>> COMMITTED = new ConcurrentHashMap<>();

  private final String job;
  private final String folder;
  private final List<String> written = new ArrayList<>();

  public DirectCommits(String job, String folder) {
    this.job = job;
    this.folder = folder;
  }

  /** The names of the files that the run's successful attempts wrote. */
  static Set<String> committed(String run) {
    Set<String> names = COMMITTED.remove(run);
    return names == null ? Set.of() : names;
  }

  @Override
  public void setupJob(JobContext context) {}

  @Override
  public void setupTask(TaskAttemptContext task) {
    written.clear();
    String source = task.getConfiguration().get(SOURCE, "");
    if (!source.isEmpty()) {
      StoreWatch.beginWait("read the first rows of", source);
      TaskContext.get()
          .addTaskCompletionListener((TaskCompletionListener) done -> StoreWatch.endWait());
    }
  }

  @Override
  @SuppressWarnings("deprecation") // it has to be there
  public String newTaskTempFile(TaskAttemptContext task, Option<String> partition, String ending) {
    return newTaskTempFile(task, partition, new FileNameSpec("", ending));
  }

  @Override
  public String newTaskTempFile(
      TaskAttemptContext task, Option<String> partition, FileNameSpec spec) {
    String name =
        "%spart-%05d-%s-%s-%d%s"
            .formatted(
                spec.prefix(),
                task.getTaskAttemptID().getTaskID().getId(),
                run(task),
                job,
                TaskContext.get().taskAttemptId(),
                spec.suffix());
    written.add(name);
    return new Path(folder, name).toString();
  }

  @Override
  @SuppressWarnings("deprecation") // it has to be there
  public String newTaskTempFileAbsPath(TaskAttemptContext task, String place, String ending) {
    throw new IllegalStateException("our tables have no partitions elsewhere: " + place);
  }

  @Override
  public TaskCommitMessage commitTask(TaskAttemptContext task) {
    return new TaskCommitMessage(new ArrayList<>(written));
  }

  @Override
  public void abortTask(TaskAttemptContext task) {
    for (String name : written) {
      Path file = new Path(folder, name);
      try {
        file.getFileSystem(task.getConfiguration()).delete(file, false);
      } catch (IOException e) {
        // The end of the run deletes what its description does not list.
        LOG.debug("An attempt's file stays for now: {}", file, e);
      }
    }
  }

  @Override
  public void commitJob(JobContext context, scala.collection.Seq<TaskCommitMessage> done) {
    Set<String> names = ConcurrentHashMap.newKeySet();
    JavaConverters.seqAsJavaList(done).forEach(message -> names.addAll(files(message)));
    COMMITTED.put(run(context), names);
  }

  /** The same in Spark for Scala 2.13, whose {@code Seq} is this one. */
  public void commitJob(
      JobContext context, scala.collection.immutable.Seq<TaskCommitMessage> done) {
    commitJob(context, (scala.collection.Seq<TaskCommitMessage>) done);
  }

  @Override
  public void abortJob(JobContext context) {}

  @SuppressWarnings("unchecked") // what commitTask made
  private static List<String> files(TaskCommitMessage message) {
    return (List<String>) message.obj();
  }

  private static String run(JobContext context) {
    return context.getConfiguration().get(RUN, "");
  }
}
