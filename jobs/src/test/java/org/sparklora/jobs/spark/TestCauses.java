package org.sparklora.jobs.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.util.Optional;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.collective.PeerLost;

class TestCauses {
  @Test
  void ourOwnFailureIsFoundWhereverItLies() {
    Failure own = Failure.input("Cannot x.", new IOException("deeper"));
    assertSame(own, Causes.failureOrStorage(new SparkException("task", own)).orElseThrow());
  }

  @Test
  void anErrorOfSparksOwnFilesIsAStorageFailure() {
    Exception thrown = new SparkException("Job aborted", new IOException("No space\nat all"));
    Failure failure = Causes.failureOrStorage(thrown).orElseThrow();
    assertEquals(ExitCode.STORAGE, failure.exitCode());
    assertEquals(
        "Cannot read or write a table, the store answered IOException 'No space' (expected it to work). Check path, permissions, free space and connection.",
        failure.getMessage());
    assertEquals(Optional.empty(), Causes.failure(thrown));
  }

  @Test
  void whatOursSayIsTheMessageAndNotSparksWordsAroundIt() {
    Exception spark = new SparkException("Job aborted\nat some place");
    assertEquals("Job aborted", Causes.lastMessage(spark));
    assertEquals("rank 1 is gone", Causes.lastMessage(new PeerLost("rank 1 is gone", spark)));
    assertEquals(
        "Cannot write.", Causes.lastMessage(Failure.storage("Cannot write.\nMore.", spark)));
    assertEquals("IllegalStateException", Causes.lastMessage(new IllegalStateException()));
  }

  @Test
  void anythingElseIsNeither() {
    Exception thrown = new SparkException("Job aborted", new IllegalStateException("a defect"));
    assertEquals(Optional.empty(), Causes.failureOrStorage(thrown));
  }
}
