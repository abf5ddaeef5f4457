package org.sparklora.jobs.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

class TestSupportedSpark {
  @ParameterizedTest
  @ValueSource(strings = {"3.5.0", "3.5.9", "3.5.1-amzn-0", "4.0.0", "4.3.0", "4.1.1.dist-2"})
  void theseAre(String version) {
    SupportedSpark.require(version);
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.4.4", "3.3.0", "2.4.8", "5.0.0", "35.0.0", "40.1", "", "<unknown>"})
  void theseAreRefusedByName(String version) {
    Failure failure = assertThrows(Failure.class, () -> SupportedSpark.require(version));
    assertEquals(ExitCode.CLUSTER, failure.exitCode());
    assertEquals(
        "Cannot start the job, this Spark is not supported: %s (expected 3.5 or 4). Set SPARK_HOME, and the image of a cluster mode, to one of them."
            .formatted(version),
        failure.getMessage());
  }

  @Test
  void thisOneIs() {
    SupportedSpark.require(org.apache.spark.package$.MODULE$.SPARK_VERSION());
  }
}
