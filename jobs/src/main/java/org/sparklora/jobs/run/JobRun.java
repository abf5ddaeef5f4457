package org.sparklora.jobs.run;

import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.config.Options;
import org.sparklora.config.Settings;
import org.sparklora.jobs.spark.Causes;

/** Runs a job from its command line: flags, session, one clear message, exit code. */
public final class JobRun {
  private static final Logger LOG = LoggerFactory.getLogger(JobRun.class);

  private final Options options;
  private final Map<String, String> sparkDefaults;
  private final PrintStream out;
  private final PrintStream err;

  /**
   * @param sparkDefaults Spark settings made for the user where he made none
   */
  public JobRun(
      Options options, Map<String, String> sparkDefaults, PrintStream out, PrintStream err) {
    this.options = options;
    this.sparkDefaults = sparkDefaults;
    this.out = out;
    this.err = err;
  }

  /** A job as a function: settings in, outcome out, {@link Failure} for what the user can mend. */
  public interface Job<C> {
    Outcome run(SparkSession session, C config);
  }

  /** Makes the job's validated record of its settings. */
  public interface Reader<C> {
    C read(Settings settings);
  }

  public <C> ExitCode run(String[] arguments, Reader<C> reader, Job<C> job) {
    Settings settings = Settings.parse(options, arguments);
    if (settings.helpWanted()) {
      out.println(options.help());
      return ExitCode.DONE;
    }
    Outcome outcome = outcome(settings, reader, job);
    if (!outcome.message().isEmpty()) {
      (outcome.code() == ExitCode.DONE ? out : err).println(outcome.message());
    }
    return outcome.code();
  }

  private <C> Outcome outcome(Settings settings, Reader<C> reader, Job<C> job) {
    try {
      C config = settings.build(reader::read);
      out.println(settings.describe());
      try (SparkSession session = session()) {
        return job.run(session, config);
      }
    } catch (Failure e) {
      LOG.debug("{} ended", options.job(), e);
      return Outcome.of(e);
    } catch (Exception e) {
      // Spark throws checked exceptions that Scala does not declare.
      return ofSparkFailure(e);
    }
  }

  /** A {@link Failure} thrown in a task arrives wrapped in Spark's own exceptions. */
  private Outcome ofSparkFailure(Exception thrown) {
    Optional<Failure> failure = Causes.failureOrStorage(thrown);
    if (failure.isPresent()) {
      LOG.debug("{} ended in a task", options.job(), thrown);
      return Outcome.of(failure.get());
    }
    LOG.error("{} ended by a defect", options.job(), thrown);
    return new Outcome(
        ExitCode.INTERNAL,
        "Cannot go on with %s, a defect: %s (expected none). Please report it with the log."
            .formatted(options.job(), thrown),
        Map.of());
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
    return builder.getOrCreate();
  }
}
