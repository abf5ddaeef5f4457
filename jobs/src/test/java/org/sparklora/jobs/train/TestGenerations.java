package org.sparklora.jobs.train;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

class TestGenerations {
  @Test
  void gradientsAreEncryptedAsSparksOwnConnectionsAre() {
    SparkConf plain = new SparkConf(false);
    assertFalse(Generations.isEncrypted("auto", plain));
    assertTrue(Generations.isEncrypted("true", plain));
    for (String key :
        new String[] {"spark.authenticate", "spark.network.crypto.enabled", "spark.ssl.enabled"}) {
      SparkConf conf = new SparkConf(false).set(key, "true");
      assertTrue(Generations.isEncrypted("auto", conf), key);
      assertFalse(Generations.isEncrypted("false", conf), key);
    }
  }

  @Test
  void aStopBetweenGenerationsSaysWhere() {
    assertDoesNotThrow(() -> Generations.stopBetween(false, 7));
    Failure failure = assertThrows(Failure.class, () -> Generations.stopBetween(true, 7));
    assertEquals(ExitCode.STOPPED, failure.exitCode());
    assertEquals(
        "Stopped by a signal after step 7, between two generations. Run the same command again to go on.",
        failure.getMessage());
  }
}
