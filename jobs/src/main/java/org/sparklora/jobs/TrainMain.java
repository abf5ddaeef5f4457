package org.sparklora.jobs;

import java.time.Duration;
import java.util.Map;
import org.sparklora.VisibleText;
import org.sparklora.command.JobOutcome;
import org.sparklora.jobs.run.JobRun;
import org.sparklora.jobs.spark.StopSignal;
import org.sparklora.jobs.train.TrainJob;
import org.sparklora.screen.Screen;
import org.sparklora.train.TrainConfig;

/** {@code spark-submit --class org.sparklora.jobs.TrainMain}. */
public final class TrainMain {
  /** Enough for the longest step and a checkpoint; a cluster manager may kill sooner. */
  private static final Duration STOP_LIMIT = Duration.ofMinutes(15);

  private static final Map<String, String> SPARK_DEFAULTS =
      Map.of(
          "spark.barrier.sync.timeout", "300",
          // Notices that a node goes reach the driver only with it.
          "spark.decommission.enabled", "true");

  private TrainMain() {}

  public static void main(String[] arguments) {
    StopSignal stop = StopSignal.install(STOP_LIMIT, MainEnd.afterSignal());
    stop.tellsBy(MainEnd::tellWhereOpen);
    JobOutcome outcome =
        new JobProcess("train", System.err, stop::finish)
            .run(
                () ->
                    new JobRun(TrainConfig.options(), SPARK_DEFAULTS, System.out, System.err)
                        .run(
                            arguments,
                            TrainConfig::of,
                            (paths, config) -> paths.resolve(config.saving().outputDir()),
                            (session, config) ->
                                TrainJob.run(session, config, stop, TrainMain::say).outcome()));
    MainEnd.of(outcome, stop.isSignalled());
  }

  private static void say(String line) {
    Screen.ofProcess().say(VisibleText.of(line));
  }
}
