package org.sparklora.jobs;

import java.util.Map;
import org.sparklora.VisibleText;
import org.sparklora.command.JobOutcome;
import org.sparklora.jobs.predict.PredictJob;
import org.sparklora.jobs.run.JobRun;
import org.sparklora.predict.PredictConfig;

/** {@code spark-submit --class org.sparklora.jobs.PredictMain}. */
public final class PredictMain {
  private PredictMain() {}

  public static void main(String[] arguments) {
    JobOutcome outcome =
        new JobProcess("predict", System.err, ended -> {})
            .run(
                () ->
                    new JobRun(PredictConfig.options(), Map.of(), System.out, System.err)
                        .run(
                            arguments,
                            PredictConfig::of,
                            (session, config) ->
                                PredictJob.run(session, config, PredictMain::say).outcome()));
    System.exit(outcome.code().code());
  }

  private static void say(String lines) {
    System.out.println(VisibleText.ofLines(lines));
  }
}
