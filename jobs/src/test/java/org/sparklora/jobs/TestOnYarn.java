package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.apache.hadoop.yarn.api.records.YarnApplicationState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Fixtures;
import org.sparklora.Python;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.run.YarnServer;
import org.sparklora.jobs.tokenize.TokenizeCorpus;
import org.sparklora.storage.FixtureCopy;
import org.sparklora.storage.Store;

/**
 * The jobs on YARN and HDFS, both in this process, through the stock distribution's {@code
 * spark-submit}: what YARN says of each end, and what the output says. Needs the application jar
 * ({@code make build}) and pyspark in {@code SPARKLORA_PYTHON}.
 */
@Tag("yarn")
@Timeout(1800)
class TestOnYarn {
  @TempDir static Path folder;

  private static Path sparkHome;
  private static YarnServer yarn;

  @BeforeAll
  static void start() throws Exception {
    Python python = Python.from("SPARKLORA_PYTHON");
    sparkHome =
        Path.of(python.print("import pyspark, os; print(os.path.dirname(pyspark.__file__))"));
    yarn = YarnServer.start(folder);
    FixtureCopy.folder(Fixtures.path("llama", "model"), yarn.store(), at("base"));
    yarn.store().writeBytes(at("corpus.jsonl"), Files.readAllBytes(corpus()));
    new TokenizeCorpus(LocalSpark.session(), folder)
        .with("model_checkpoint", at("base"))
        .with("save_name", at("features"))
        .run();
    LocalSpark.session().stop();
  }

  @AfterAll
  static void stop() {
    if (yarn != null) {
      yarn.close();
    }
  }

  @Test
  void inClusterModeAJobThatIsDoneHasSucceededAfterOneAttempt() throws Exception {
    try (YarnJob job = tokenize("table").start("cluster")) {
      assertEquals(0, job.exitCode(), job.log());
      assertSucceeded(job, 1);
      assertEquals("sparklora tokenize", job.report().getName());
    }
    try (YarnJob again = tokenize("table").start("cluster")) {
      assertEquals(0, again.exitCode(), again.log());
      assertSucceeded(again, 1);
      assertTrue(again.outcome().path("message").asText().startsWith("Nothing to do"));
    }
    try (YarnJob job = train("cluster", 6).start("cluster")) {
      assertEquals(0, job.exitCode(), job.log());
      assertSucceeded(job, 1);
      assertTrue(job.names().contains("adapter_model.safetensors"), job.names().toString());
    }
    try (YarnJob job = predict("cluster").start("cluster")) {
      assertEquals(0, job.exitCode(), job.log());
      assertSucceeded(job, 1);
    }
  }

  @Test
  void inClientModeTheExitCodeIsTheJobsAndTheDriverSaysWhereToLook() throws Exception {
    try (YarnJob job = tokenize("table of a client").start("client")) {
      assertEquals(0, job.exitCode(), job.log());
      assertSucceeded(job, 1);
    }
    try (YarnJob job = tokenize("refused to a client").with("prompt_key", "no").start("client")) {
      assertEquals(3, job.exitCode(), job.log());
      assertEquals(FinalApplicationStatus.FAILED, job.lastReport().getFinalApplicationStatus());
      assertEquals(3, job.outcome().path("exit_code").asInt());
    }
    try (YarnJob job = train("client", 6).start("client")) {
      assertEquals(0, job.exitCode(), job.log());
      assertSucceeded(job, 1);
      String id = job.report().getApplicationId().toString();
      assertTrue(job.log().contains("Application " + id + " on yarn (client): page http"));
      assertTrue(job.log().contains("logs by `yarn logs -applicationId " + id + "`"), job.log());
    }
    try (YarnJob job = predict("client").start("client")) {
      assertEquals(0, job.exitCode(), job.log());
      assertSucceeded(job, 1);
    }
  }

  @Test
  void aRefusalInClusterModeIsFailedAfterOneAttemptInOurWords() throws Exception {
    try (YarnJob job = tokenize("refused").with("prompt_key", "none").start("cluster")) {
      assertEquals(1, job.exitCode(), job.log());
      assertRefused(
          job, "sparklora ended with exit code 3, the input data cannot be used: Cannot ");
      assertEquals(3, job.outcome().path("exit_code").asInt());
    }
  }

  @Test
  void aWrongCommandLineInClusterModeIsFailedAfterOneAttemptInOurWords() throws Exception {
    try (YarnJob job = tokenize("wrong").with("prompt_kye", "q").start("cluster")) {
      assertEquals(1, job.exitCode(), job.log());
      assertRefused(
          job,
          "sparklora ended with exit code 2, the command line or a configuration value is wrong: Cannot run tokenize, an option is unknown (flag): --prompt_kye");
    }
  }

  @Test
  void whatYarnRefusesIsExitCodeFourInItsWords() throws Exception {
    try (YarnJob job = tokenize("large").submitted("--executor-memory", "20g").start("client")) {
      assertEquals(4, job.exitCode(), job.log());
      assertTrue(job.log().contains("is above the max threshold (4096 MB)"), job.log());
      assertTrue(job.log().contains("Cannot start the application, Spark or the cluster refuses"));
    }
    try (YarnJob job = tokenize("queue").submitted("--queue", "nope").start("client")) {
      assertEquals(4, job.exitCode(), job.log());
      assertTrue(job.log().contains("unknown queue: nope"), job.log());
    }
  }

  @Test
  void anApplicationKilledInClientModeEndsTheRunAtOnce() throws Exception {
    try (YarnJob job = train("killed in client mode", 100_000).start("client")) {
      long step = job.awaitCheckpoint(4);
      job.kill();
      assertEquals(9, job.exitCode(), job.log());
      assertFalse(job.log().contains("Generation 2"), job.log());
      assertEquals(YarnApplicationState.KILLED, job.report().getYarnApplicationState());
      assertEquals(9, job.outcome().path("exit_code").asInt());
      assertTrue(job.newestCheckpoint() >= step);
      assertFalse(job.names().contains("_lease"), job.names().toString());
    }
  }

  @Test
  void whatKilledTheApplicationOrPartsOfItInClusterModeCostsNoMoreThanOneInterval()
      throws Exception {
    long step;
    try (YarnJob job = train("killed", 100_000).start("cluster")) {
      step = job.awaitCheckpoint(4);
      job.kill();
      assertEquals(1, job.exitCode(), job.log());
      assertEquals(YarnApplicationState.KILLED, job.report().getYarnApplicationState());
      assertTrue(job.outcome().isEmpty());
    }
    try (YarnJob job = train("killed", 100_000).start("cluster")) {
      step = job.awaitCheckpoint(step + 4);
      job.killProcess("YarnCoarseGrainedExecutorBackend");
      step = job.awaitCheckpoint(step + 4);
      assertEquals(1, job.attempts());
      job.killProcess("ApplicationMaster");
      step = job.awaitCheckpoint(step + 4);
      assertEquals(2, job.attempts());
      assertEquals(0, job.stop(), job.log());
      assertEquals(1, job.exitCode(), job.log());
      assertEquals(FinalApplicationStatus.FAILED, job.lastReport().getFinalApplicationStatus());
      assertTrue(
          job.report().getDiagnostics().contains("Stopped by the file _stop after step "),
          job.report().getDiagnostics());
      assertEquals(143, job.outcome().path("exit_code").asInt());
      assertTrue(job.newestCheckpoint() >= step);
      assertFalse(job.names().contains("_stop"), job.names().toString());
    }
  }

  private static void assertSucceeded(YarnJob job, int attempts) throws Exception {
    ApplicationReport report = job.lastReport();
    assertEquals(FinalApplicationStatus.SUCCEEDED, report.getFinalApplicationStatus());
    assertEquals(attempts, job.attempts());
    assertEquals(0, job.outcome().path("exit_code").asInt(-1));
  }

  private static void assertRefused(YarnJob job, String diagnostics) throws Exception {
    ApplicationReport report = job.lastReport();
    assertEquals(FinalApplicationStatus.FAILED, report.getFinalApplicationStatus());
    assertTrue(report.getDiagnostics().startsWith(diagnostics), report.getDiagnostics());
    assertEquals(1, job.attempts());
  }

  private static YarnJob tokenize(String name) throws Exception {
    return new YarnJob(yarn, sparkHome, "tokenize")
        .with("model_checkpoint", at("base"))
        .with("input_file", at("corpus.jsonl"))
        .with("prompt_key", "q")
        .with("target_key", "a")
        .with("max_bad_fraction", "0.1")
        .with("save_name", at(name));
  }

  /** A checkpoint every fourth step. */
  private static YarnJob train(String name, long steps) throws Exception {
    return new YarnJob(yarn, sparkHome, "train")
        .with("tokenized_dataset", at("features"))
        .with("per_device_train_batch_size", "2")
        .with("max_steps", "" + steps)
        .with("save_steps", "4")
        .with("save_total_limit", "2")
        .with("executor_wait", "5min")
        .with("output_dir", at(name));
  }

  private static YarnJob predict(String adapter) throws Exception {
    return new YarnJob(yarn, sparkHome, "predict")
        .with("model_checkpoint", at("base"))
        .with("adapter", at(adapter))
        .with("input_file", at("corpus.jsonl"))
        .with("prompt_key", "q")
        .with("max_bad_fraction", "0.1")
        .with("max_new_tokens", "4")
        .with("output_dir", at("answers of " + adapter));
  }

  private static Path corpus() {
    return Fixtures.path("llama", "corpus.jsonl");
  }

  private static String at(String name) {
    return Store.child(yarn.hdfs(), name);
  }
}
