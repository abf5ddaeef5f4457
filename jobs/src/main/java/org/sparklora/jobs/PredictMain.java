package org.sparklora.jobs;

import java.util.Map;
import org.sparklora.jobs.predict.PredictJob;
import org.sparklora.jobs.run.JobRun;
import org.sparklora.predict.PredictConfig;

/** {@code spark-submit --class org.sparklora.jobs.PredictMain}. */
public final class PredictMain {
  private PredictMain() {}

  public static void main(String[] arguments) {
    JobRun run = new JobRun(PredictConfig.options(), Map.of(), System.out, System.err);
    System.exit(
        run.run(
                arguments,
                PredictConfig::of,
                (session, config) -> PredictJob.run(session, config, System.out::println).outcome())
            .code());
  }
}
