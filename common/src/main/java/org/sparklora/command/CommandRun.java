package org.sparklora.command;

import java.io.PrintStream;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.config.Options;
import org.sparklora.config.Settings;

/** Runs a command from its command line: flags, work, one clear message, exit code. */
public final class CommandRun {
  private static final Logger LOG = LoggerFactory.getLogger(CommandRun.class);

  private final Options options;
  private final PrintStream out;
  private final PrintStream err;
  private final Function<Exception, Optional<Failure>> failureWithin;

  /** Of a command whose failures arrive as they were thrown. */
  public CommandRun(Options options, PrintStream out, PrintStream err) {
    this(options, out, err, thrown -> Optional.empty());
  }

  /**
   * @param failureWithin finds the failure inside an exception that a library wrapped it in
   */
  public CommandRun(
      Options options,
      PrintStream out,
      PrintStream err,
      Function<Exception, Optional<Failure>> failureWithin) {
    this.options = options;
    this.out = out;
    this.err = err;
    this.failureWithin = failureWithin;
  }

  /**
   * The work as a function: settings in, outcome out, {@link Failure} for what the user can mend.
   */
  public interface Command<C> {
    JobOutcome run(C config);
  }

  /** Makes the command's validated record of its settings. */
  public interface Reader<C> {
    C read(Settings settings);
  }

  /** Prints the help, or runs the command and prints how it ended. */
  public <C> ExitCode run(String[] arguments, Reader<C> reader, Command<C> command) {
    Settings settings = Settings.parse(options, arguments);
    if (settings.helpWanted()) {
      out.println(options.help());
      return ExitCode.DONE;
    }
    JobOutcome outcome = outcome(settings, reader, command);
    if (!outcome.message().isEmpty()) {
      (outcome.code() == ExitCode.DONE ? out : err).println(outcome.message());
    }
    return outcome.code();
  }

  private <C> JobOutcome outcome(Settings settings, Reader<C> reader, Command<C> command) {
    try {
      C config = settings.build(reader::read);
      out.println(settings.describe());
      return command.run(config);
    } catch (Failure e) {
      LOG.debug("{} ended", options.job(), e);
      return JobOutcome.of(e);
    } catch (Exception e) {
      // Libraries in Scala throw checked exceptions that they do not declare.
      return ofForeign(e);
    }
  }

  private JobOutcome ofForeign(Exception thrown) {
    Optional<Failure> failure = failureWithin.apply(thrown);
    if (failure.isPresent()) {
      LOG.debug("{} ended by a failure within an exception", options.job(), thrown);
      return JobOutcome.of(failure.get());
    }
    LOG.error("{} ended by a defect", options.job(), thrown);
    return JobOutcome.ofDefect(options.job(), thrown);
  }
}
