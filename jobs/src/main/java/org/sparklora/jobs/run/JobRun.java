package org.sparklora.jobs.run;

import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.SizeLimit;
import org.sparklora.command.CommandRun;
import org.sparklora.command.JobOutcome;
import org.sparklora.config.Options;
import org.sparklora.config.Settings;
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

  /** The folder that a job writes to, by the paths that names stand for. */
  public interface Output<C> {
    String folder(NamedPaths paths, C config);
  }

  /**
   * As {@link CommandRun#run}; the session is opened once the settings are known to be good.
   *
   * @param output where it is told if there is no session
   */
  public <C> JobOutcome run(
      String[] arguments, CommandRun.Reader<C> reader, Output<C> output, Job<C> job) {
    Loudness.settle();
    return command.run(
        arguments,
        settings -> prepared(settings, reader),
        config -> inApplication(config, output, job));
  }

  /** As the other, of a command that needs no session; all it prints goes to {@code out}. */
  public static <C> JobOutcome withoutSession(
      Options options,
      PrintStream out,
      String[] arguments,
      CommandRun.Reader<C> reader,
      CommandRun.Command<C> command) {
    Loudness.settle();
    return new CommandRun(options, out, out, Causes::failureOrStorage)
        .run(arguments, settings -> prepared(settings, reader), command);
  }

  /** As the other; failures alone go to standard error. */
  public static <C> JobOutcome onConsole(
      Options options,
      String[] arguments,
      CommandRun.Reader<C> reader,
      CommandRun.Command<C> command) {
    Loudness.settle();
    return new CommandRun(options, System.out, System.err, Causes::failureOrStorage)
        .run(arguments, settings -> prepared(settings, reader), command);
  }

  private static <C> C prepared(Settings settings, CommandRun.Reader<C> reader) {
    SizeLimit.multiply(settings.sizeLimits());
    if (settings.isVerbose()) {
      Loudness.raise();
    } else if (settings.isQuiet()) {
      Loudness.lower();
    }
    return reader.read(settings);
  }

  private <C> Application open(C config, Output<C> output) {
    try {
      return Application.open(options.job(), sparkDefaults);
    } catch (Failure refused) {
      SparkConf conf = new SparkConf();
      OutputPlace.tellUnstarted(conf, output.folder(NamedPaths.of(conf), config), refused);
      throw refused;
    }
  }

  private <C> JobOutcome inApplication(C config, Output<C> output, Job<C> job) {
    Application application = open(config, output);
    ExitCode code = ExitCode.INTERNAL;
    try {
      JobOutcome outcome = job.run(application.session(), config);
      code = outcome.code();
      return outcome;
    } catch (Throwable thrown) {
      Optional<Failure> failure = Causes.failureOrStorage(thrown);
      code = failure.map(Failure::exitCode).orElse(code);
      if (failure.isPresent()) {
        throw failure.get();
      }
      throw thrown;
    } finally {
      application.close(code);
    }
  }
}
