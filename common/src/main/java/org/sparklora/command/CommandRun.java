package org.sparklora.command;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.config.Options;
import org.sparklora.config.Settings;
import org.sparklora.screen.Screen;

/** Runs a command from its command line: flags, work, one clear message, outcome. */
public final class CommandRun {
  private static final Log LOG = Log.of(CommandRun.class);

  private final Options options;
  private final PrintStream out;
  private final PrintStream err;
  private final Function<Throwable, Optional<Failure>> failureWithin;

  /** Of a command whose failures arrive as they were thrown. */
  public CommandRun(Options options, PrintStream out, PrintStream err) {
    this(options, out, err, Breakdown.OF_COMMAND::within);
  }

  /**
   * @param failureWithin finds the failure inside an exception or error that stands for it
   */
  public CommandRun(
      Options options,
      PrintStream out,
      PrintStream err,
      Function<Throwable, Optional<Failure>> failureWithin) {
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
  public <C> JobOutcome run(String[] arguments, Reader<C> reader, Command<C> command) {
    // Arabic or German numbers stand in no file or name that is read again.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    JobOutcome outcome = outcome(arguments, reader, command);
    if (!outcome.message().isEmpty()) {
      Screen.ofProcess().clear();
      (outcome.code() == ExitCode.DONE ? out : err).println(outcome.message());
    }
    return outcome;
  }

  private <C> JobOutcome outcome(String[] arguments, Reader<C> reader, Command<C> command) {
    try {
      Settings settings = Settings.parse(options, arguments);
      Screen.use(out, settings.isQuiet());
      if (settings.helpWanted()) {
        return JobOutcome.done(options.help());
      }
      C config = settings.build(reader::read);
      Screen.ofProcess().say(settings.describe());
      return command.run(config);
    } catch (Failure e) {
      LOG.debug("{} ended", options.job(), e);
      return JobOutcome.of(e);
    } catch (Throwable e) {
      // Libraries in Scala throw checked exceptions that they do not declare.
      return ofForeign(e);
    }
  }

  private JobOutcome ofForeign(Throwable thrown) {
    Optional<Failure> failure = failureWithin.apply(thrown);
    if (failure.isPresent()) {
      LOG.debug("{} ended by a failure within an exception", options.job(), thrown);
      return JobOutcome.of(failure.get());
    }
    LOG.error("{} ended by a defect", options.job(), thrown);
    return JobOutcome.ofDefect(options.job(), thrown);
  }
}
