package org.sparklora.jobs.run;

import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.spark.internal.io.FileNameSpec;
import org.apache.spark.sql.execution.datasources.SQLHadoopMapReduceCommitProtocol;

/**
 * Spark's usual way to commit files, but their names carry the id of our run too: Spark's own is
 * known to nobody before the files are there. Spark makes it by name; only inheriting changes it.
 */
public final class RunNamedCommits extends SQLHadoopMapReduceCommitProtocol {
  static final String RUN = "sparklora.run";

  private static final long serialVersionUID = 1L;

  public RunNamedCommits(String job, String path, boolean dynamicPartitionOverwrite) {
    super(job, path, dynamicPartitionOverwrite);
  }

  @Override
  public String getFilename(TaskAttemptContext task, FileNameSpec spec) {
    String name = super.getFilename(task, spec);
    String run = task.getConfiguration().get(RUN, "");
    return run.isEmpty() ? name : name.replaceFirst("^(.*?part-[0-9]+)-", "$1-" + run + "-");
  }
}
