package org.sparklora.jobs;

import java.util.Map;
import org.sparklora.command.JobOutcome;
import org.sparklora.jobs.run.JobRun;
import org.sparklora.jobs.tokenize.TokenizeJob;
import org.sparklora.tokenize.TokenizeConfig;

/** {@code spark-submit --class org.sparklora.jobs.TokenizeMain}. */
public final class TokenizeMain {
  private TokenizeMain() {}

  public static void main(String[] arguments) {
    JobOutcome outcome =
        new JobProcess("tokenize", System.err, ended -> {})
            .run(
                () ->
                    new JobRun(TokenizeConfig.options(), Map.of(), System.out, System.err)
                        .run(
                            arguments,
                            TokenizeConfig::of,
                            (session, config) -> TokenizeJob.run(session, config).outcome()));
    System.exit(outcome.code().code());
  }
}
