package org.sparklora.jobs.run;

import java.io.IOException;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.apache.hadoop.yarn.client.api.AMRMClient;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.sparklora.ExitCode;
import org.sparklora.Log;
import org.sparklora.command.JobOutcome;

/**
 * YARN's application master, which in cluster mode is the process of the job's main class. Spark
 * tells YARN how main ended: returned is SUCCEEDED, thrown is FAILED with the exception's text, and
 * tried again. What another attempt would only repeat is told to YARN here, as final.
 */
public final class YarnMaster {
  private static final Log LOG = Log.of(YarnMaster.class);

  /** Another attempt ends in the same way, or would undo the stop that somebody asked for. */
  private static final Set<ExitCode> FINAL =
      Set.of(ExitCode.USAGE, ExitCode.INPUT, ExitCode.CLUSTER, ExitCode.DIVERGED, ExitCode.STOPPED);

  private YarnMaster() {}

  /** Whether Spark runs main in YARN's application master. */
  public static boolean isThisProcess(SparkConf conf) {
    return conf.get("spark.master", "").startsWith("yarn")
        && conf.get("spark.submit.deployMode", "client").equals("cluster");
  }

  /**
   * Returns when the job is done, else throws what Spark reports to YARN.
   *
   * @param signalled whether the stop came as a signal: YARN's own, and its next attempt goes on
   */
  public static void end(SparkConf conf, JobOutcome outcome, boolean signalled) {
    boolean done = outcome.code() == ExitCode.DONE;
    boolean again = outcome.code() == ExitCode.STOPPED && signalled;
    if (FINAL.contains(outcome.code()) && !again) {
      tell(conf, FinalApplicationStatus.FAILED, new JobFailed(outcome).toString());
    } else if (done && !Application.wasOpened()) {
      tell(conf, FinalApplicationStatus.SUCCEEDED, "");
    }
    if (!done) {
      throw new JobFailed(outcome);
    }
  }

  /** Without a session Spark has not registered the master yet; the client then does. */
  private static void tell(SparkConf conf, FinalApplicationStatus status, String diagnostics) {
    Configuration hadoop = new YarnConfiguration(SparkHadoopUtil.get().newConfiguration(conf));
    try (AMRMClient<AMRMClient.ContainerRequest> client = AMRMClient.createAMRMClient()) {
      client.init(hadoop);
      client.start();
      client.unregisterApplicationMaster(status, diagnostics, "");
    } catch (YarnException | IOException | RuntimeException e) {
      LOG.warn("YARN was not told that another attempt is of no use: {}", e.toString());
    }
  }

  /** What Spark prints of it is what {@code yarn application -status} shows. */
  private static final class JobFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JobFailed(JobOutcome outcome) {
      super(
          "exit code %d, %s: %s"
              .formatted(outcome.code().code(), outcome.code().meaning(), outcome.message()),
          null,
          false,
          false);
    }

    /** YARN shows this; the name of a class says nothing to an operator. */
    @Override
    @SuppressWarnings("OverrideThrowableToString")
    public String toString() {
      return "sparklora ended with " + getMessage();
    }
  }
}
