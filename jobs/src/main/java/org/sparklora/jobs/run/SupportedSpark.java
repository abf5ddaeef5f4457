package org.sparklora.jobs.run;

import java.util.regex.Pattern;
import org.sparklora.Failure;

/** The releases of Spark that the jobs run on; distributors add words of their own to a version. */
final class SupportedSpark {
  private static final Pattern VERSIONS = Pattern.compile("(3\\.5|4)\\..*");

  private SupportedSpark() {}

  /** Fails on any other, before it can fail somewhere in a job. */
  static void require(String version) {
    if (!VERSIONS.matcher(version).matches()) {
      throw Failure.cluster(
          "Cannot start the job, this Spark is not supported: %s (expected 3.5 or 4). Set SPARK_HOME, and the image of a cluster mode, to one of them."
              .formatted(version));
    }
  }
}
