package org.sparklora.jobs.run;

import java.io.PrintStream;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.sparklora.Failure;
import org.sparklora.command.CommandRun;
import org.sparklora.command.JobOutcome;
import org.sparklora.config.Options;
import org.sparklora.jobs.spark.Causes;

/** Runs a Spark job from its command line: a {@link CommandRun} with a session. */
public final class JobRun {
  private final Options options;
  private final Map<String, String> sparkDefaults;
  private final CommandRun command;

  /**
   * @param sparkDefaults Spark settings that apply unless the user chose otherwise
   */
  public JobRun(
      Options options, Map<String, String> sparkDefaults, PrintStream out, PrintStream err) {
    this.options = options;
    this.sparkDefaults = sparkDefaults;
    // A failure thrown in a task arrives wrapped in Spark's own exceptions.
    this.command = new CommandRun(options, out, err, Causes::failureOrStorage);
  }

  /** A job as a function: settings in, outcome out, {@link Failure} for what the user can mend. */
  public interface Job<C> {
    JobOutcome run(SparkSession session, C config);
  }

  /** As {@link CommandRun#run}; the session is opened once the settings are known to be good. */
  public <C> JobOutcome run(String[] arguments, CommandRun.Reader<C> reader, Job<C> job) {
    return command.run(
        arguments,
        settings -> {
          if (settings.isVerbose()) {
            Loudness.raise();
          }
          return reader.read(settings);
        },
        config -> {
          try (SparkSession session = session()) {
            return job.run(session, config);
          }
        });
  }

  private SparkSession session() {
    SparkSession.Builder builder = SparkSession.builder().appName("sparklora " + options.job());
    SparkConf given = new SparkConf();
    sparkDefaults.forEach(
        (key, value) -> {
          if (!given.contains(key)) {
            builder.config(key, value);
          }
        });
    if (isLocal(given)) {
      // Spark would end this process for a task's error; what it means is for us to say.
      builder.config("spark.executor.killOnFatalError.depth", "0");
    }
    return builder.getOrCreate();
  }

  private static boolean isLocal(SparkConf conf) {
    return conf.get("spark.master", "").matches("local(\\[.*)?");
  }
}
