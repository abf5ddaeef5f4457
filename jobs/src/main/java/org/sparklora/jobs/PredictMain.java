package org.sparklora.jobs;

import java.time.Duration;
import java.util.Map;
import org.sparklora.command.JobOutcome;
import org.sparklora.jobs.predict.PredictJob;
import org.sparklora.jobs.run.JobRun;
import org.sparklora.jobs.spark.StopSignal;
import org.sparklora.predict.PredictConfig;
import org.sparklora.screen.Screen;

/** {@code spark-submit --class org.sparklora.jobs.PredictMain}. */
public final class PredictMain {
  /** Enough to take away what was begun. */
  private static final Duration STOP_LIMIT = Duration.ofMinutes(2);

  private PredictMain() {}

  public static void main(String[] arguments) {
    StopSignal stop = StopSignal.install(STOP_LIMIT, MainEnd.afterSignal());
    stop.tellsBy(MainEnd::tellWhereOpen);
    JobOutcome outcome =
        new JobProcess("predict", System.err, stop::finish)
            .run(
                () ->
                    new JobRun(PredictConfig.options(), Map.of(), System.out, System.err)
                        .run(
                            arguments,
                            PredictConfig::of,
                            (paths, config) -> paths.resolve(config.outputDir()),
                            (session, config) -> {
                              stop.cancels(session.sparkContext());
                              return PredictJob.run(session, config, Screen.ofProcess()::say)
                                  .outcome();
                            }));
    MainEnd.of(outcome, stop.isSignalled());
  }
}
