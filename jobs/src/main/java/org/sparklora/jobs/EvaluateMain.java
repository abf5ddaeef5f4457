package org.sparklora.jobs;

import java.time.Duration;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.sparklora.command.JobOutcome;
import org.sparklora.evaluate.EvaluateConfig;
import org.sparklora.jobs.evaluate.EvaluateJob;
import org.sparklora.jobs.evaluate.EvaluateResult;
import org.sparklora.jobs.run.JobRun;
import org.sparklora.jobs.spark.StopSignal;
import org.sparklora.screen.Screen;

/** {@code spark-submit --class org.sparklora.jobs.EvaluateMain}. */
public final class EvaluateMain {
  /** Enough to take away what was begun. */
  private static final Duration STOP_LIMIT = Duration.ofMinutes(2);

  private EvaluateMain() {}

  public static void main(String[] arguments) {
    StopSignal stop = StopSignal.install(STOP_LIMIT, MainEnd.afterSignal());
    JobOutcome outcome =
        new JobProcess("evaluate", System.err, stop::finish)
            .run(
                () ->
                    new JobRun(EvaluateConfig.options(), Map.of(), System.out, System.err)
                        .run(
                            arguments,
                            EvaluateConfig::of,
                            (paths, config) -> paths.resolve(config.outputDir()),
                            (session, config) -> {
                              stop.cancels(session.sparkContext());
                              return shown(session, config);
                            }));
    MainEnd.of(outcome, stop.isSignalled());
  }

  private static JobOutcome shown(SparkSession session, EvaluateConfig config) {
    EvaluateResult result = EvaluateJob.run(session, config);
    Screen.ofProcess().result(result.table());
    return result.outcome();
  }
}
