package org.sparklora.jobs.spark;

import org.apache.spark.SparkContext;
import org.sparklora.Log;

/** What Spark's pages call the jobs and stages that this thread starts until it is closed. */
public final class Described implements AutoCloseable {
  private static final Log LOG = Log.of(Described.class);
  private static final String DESCRIPTION = "spark.job.description";

  /** Local property of a stage: the rows that its tasks read in all. */
  public static final String ROWS = "sparklora.rows";

  /** Local property of a stage: the bytes that its tasks read in all. */
  public static final String BYTES = "sparklora.bytes";

  private final SparkContext context;
  private final String before;
  private final Runnable end;

  private Described(SparkContext context, Runnable end) {
    this.context = context;
    this.before = context.getLocalProperty(DESCRIPTION);
    this.end = end;
  }

  /** Jobs that say nothing themselves; if they last, the log does. */
  public static Described as(SparkContext context, String description) {
    LongWait wait = LongWait.begin("for Spark: " + description, LOG::info);
    Described described = new Described(context, wait::close);
    context.setJobDescription(description);
    return described;
  }

  /** The same; the tasks read so many rows in all. */
  public static Described ofRows(SparkContext context, long rows, String description) {
    return as(context, description).counting(ROWS, rows);
  }

  /** The same; the tasks read so many bytes in all. */
  public static Described ofBytes(SparkContext context, long bytes, String description) {
    return as(context, description).counting(BYTES, bytes);
  }

  private Described counting(String what, long number) {
    context.setLocalProperty(what, Long.toString(number));
    return this;
  }

  /** Jobs of a group, whose tasks are interrupted when it is cancelled. */
  public static Described group(SparkContext context, String group, String description) {
    Described described = new Described(context, context::clearJobGroup);
    context.setJobGroup(group, description, true);
    return described;
  }

  @Override
  public void close() {
    end.run();
    context.setJobDescription(before);
    context.setLocalProperty(ROWS, null);
    context.setLocalProperty(BYTES, null);
  }
}
