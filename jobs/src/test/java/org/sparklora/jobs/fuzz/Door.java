package org.sparklora.jobs.fuzz;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.sparklora.command.CommandRun;
import org.sparklora.command.JobOutcome;
import org.sparklora.config.Options;
import org.sparklora.jobs.predict.PredictJob;
import org.sparklora.jobs.spark.Causes;
import org.sparklora.jobs.spark.StopSignal;
import org.sparklora.jobs.tokenize.TokenizeJob;
import org.sparklora.jobs.train.TrainJob;
import org.sparklora.predict.PredictConfig;
import org.sparklora.tokenize.TokenizeConfig;
import org.sparklora.train.TrainConfig;

/** The jobs by their command lines, as the main classes run them, in one session. */
final class Door {
  /** A training that goes on for longer is stopped as by a signal. */
  private static final int STOP_SECONDS = 6;

  private final SparkSession session;
  private final ScheduledExecutorService signals =
      Executors.newScheduledThreadPool(1, Door::daemon);

  Door(SparkSession session) {
    this.session = session;
  }

  enum Job {
    TOKENIZE,
    TRAIN,
    PREDICT;

    Options options() {
      return switch (this) {
        case TOKENIZE -> TokenizeConfig.options();
        case TRAIN -> TrainConfig.options();
        case PREDICT -> PredictConfig.options();
      };
    }
  }

  /** Runs a command to its end; anything thrown is for the caller. */
  JobOutcome run(Job job, List<String> arguments) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    CommandRun command = new CommandRun(job.options(), nowhere, nowhere, Causes::failureOrStorage);
    String[] all = arguments.toArray(new String[0]);
    return switch (job) {
      case TOKENIZE ->
          command.run(all, TokenizeConfig::of, c -> TokenizeJob.run(session, c).outcome());
      case TRAIN -> train(command, all);
      case PREDICT ->
          command.run(all, PredictConfig::of, c -> PredictJob.run(session, c).outcome());
    };
  }

  private JobOutcome train(CommandRun command, String... arguments) {
    StopSignal stop = new StopSignal();
    ScheduledFuture<?> signal = signals.schedule(() -> stop.ask(), STOP_SECONDS, TimeUnit.SECONDS);
    try {
      return command.run(
          arguments, TrainConfig::of, c -> TrainJob.run(session, c, stop, line -> {}).outcome());
    } finally {
      signal.cancel(false);
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "signals");
    thread.setDaemon(true);
    return thread;
  }
}
