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
import org.sparklora.jobs.spark.StopSignal;
import org.sparklora.train.TlsChoice;

class TestTrainingAttempts {
  @Test
  void gradientsAreEncryptedAsSparksOwnConnectionsAre() {
    SparkConf plain = new SparkConf(false);
    assertFalse(TrainingAttempts.isEncrypted(TlsChoice.AUTO, plain));
    assertTrue(TrainingAttempts.isEncrypted(TlsChoice.TRUE, plain));
    for (String key :
        new String[] {"spark.authenticate", "spark.network.crypto.enabled", "spark.ssl.enabled"}) {
      SparkConf conf = new SparkConf(false).set(key, "true");
      assertTrue(TrainingAttempts.isEncrypted(TlsChoice.AUTO, conf), key);
      assertFalse(TrainingAttempts.isEncrypted(TlsChoice.FALSE, conf), key);
    }
  }

  @Test
  void aStopBetweenAttemptsSaysWhere() {
    StopSignal stop = new StopSignal();
    assertDoesNotThrow(() -> TrainingAttempts.stopBetween(stop, 7));
    stop.ask();
    Failure failure = assertThrows(Failure.class, () -> TrainingAttempts.stopBetween(stop, 7));
    assertEquals(ExitCode.STOPPED, failure.exitCode());
    assertEquals(
        "Stopped by a signal after step 7, between two generations. Run the same command again to go on.",
        failure.getMessage());
  }
}
