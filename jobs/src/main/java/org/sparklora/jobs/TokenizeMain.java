package org.sparklora.jobs;

import java.time.Duration;
import java.util.Map;
import org.sparklora.command.JobOutcome;
import org.sparklora.jobs.run.JobRun;
import org.sparklora.jobs.spark.StopSignal;
import org.sparklora.jobs.tokenize.TokenizeJob;
import org.sparklora.tokenize.TokenizeConfig;

/** {@code spark-submit --class org.sparklora.jobs.TokenizeMain}. */
public final class TokenizeMain {
  /** Enough to take away what was begun. */
  private static final Duration STOP_LIMIT = Duration.ofMinutes(2);

  private TokenizeMain() {}

  public static void main(String[] arguments) {
    StopSignal stop = StopSignal.install(STOP_LIMIT, MainEnd.afterSignal());
    stop.tellsBy(MainEnd::tellWhereOpen);
    JobOutcome outcome =
        new JobProcess("tokenize", System.err, stop::finish)
            .run(
                () ->
                    new JobRun(TokenizeConfig.options(), Map.of(), System.out, System.err)
                        .run(
                            arguments,
                            TokenizeConfig::of,
                            (paths, config) -> paths.table(config.saveName()),
                            (session, config) -> {
                              stop.cancels(session.sparkContext());
                              return TokenizeJob.run(session, config).outcome();
                            }));
    MainEnd.of(outcome, stop.isSignalled());
  }
}
