package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.command.JobOutcome;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.run.TerminationMessage;
import org.sparklora.jobs.run.YarnMaster;
import org.sparklora.jobs.tokenize.TokenizeCorpus;
import org.sparklora.jobs.train.TrainRun;
import org.sparklora.storage.Lease;
import org.sparklora.storage.Store;

/** How the main classes end: this JVM would be gone if one of them left by itself. */
class TestMains {
  @TempDir Path folder;

  @Test
  void aMainWhoseJobIsDoneReturns() {
    TokenizeCorpus corpus = new TokenizeCorpus(LocalSpark.session(), folder);
    TokenizeMain.main(corpus.arguments().toArray(new String[0]));
    assertTrue(Files.exists(corpus.table().resolve("_features.json")));
    TrainMain.main(new String[] {"--help"});
  }

  @Test
  void yarnsApplicationMasterIsRecognised() {
    assertTrue(YarnMaster.isThisProcess(yarn("cluster")));
    assertFalse(YarnMaster.isThisProcess(yarn("client")));
    SparkConf local = new SparkConf(false).set("spark.master", "local[2]");
    assertFalse(YarnMaster.isThisProcess(local));
  }

  @Test
  void whatYarnMayTryAgainIsThrownInOurWords() {
    JobOutcome outcome = JobOutcome.of(Failure.storage("Cannot write X.", null));
    Exception thrown =
        assertThrows(RuntimeException.class, () -> YarnMaster.end(yarn("cluster"), outcome, false));
    assertEquals(
        "sparklora ended with exit code 6, reading or writing storage failed: Cannot write X.",
        thrown.toString());
    assertEquals(0, thrown.getStackTrace().length);
    JobOutcome stopped = new JobOutcome(ExitCode.STOPPED, "Stopped by a signal.", Map.of());
    assertThrows(RuntimeException.class, () -> YarnMaster.end(yarn("cluster"), stopped, true));
  }

  @Test
  void aPodsLastWordsGoWhereKubernetesReadsThemOnlyIfItDoes() throws Exception {
    Path file = folder.resolve("termination-log");
    new TerminationMessage(file).write("Cannot read X.");
    assertFalse(Files.exists(file));
    Files.createFile(file);
    new TerminationMessage(file).write("Cannot read X.");
    assertEquals("Cannot read X.", Files.readString(file));
  }

  @Test
  void aRunIsAskedToStopByAFileWhereOneHoldsTheFolder() {
    SparkConf conf = new SparkConf(false).set("spark.master", "local[1]");
    Failure none = assertThrows(Failure.class, () -> StopMain.ask(conf, folder.toString()));
    assertEquals(ExitCode.INPUT, none.exitCode());
    assertEquals(
        "Cannot stop a run, none holds the folder: %s (expected one at work there). Check --output_dir."
            .formatted(folder),
        none.getMessage());
    assertFalse(Files.exists(folder.resolve("_stop")));
    try (Lease lease = Lease.take(Store.local(), folder.toString())) {
      lease.check();
      String said = StopMain.ask(conf, folder.toString()).message();
      assertTrue(
          said.startsWith("Asked the run in " + folder + " to save and end: process "), said);
    }
    assertTrue(Files.exists(folder.resolve("_stop")));
  }

  @Test
  void aReportIsWrittenBesideTheMetricsOfARunOrWhereItIsWanted() throws Exception {
    SparkConf conf = new SparkConf(false).set("spark.master", "local[1]");
    TokenizeCorpus corpus = new TokenizeCorpus(LocalSpark.session(), folder);
    corpus.run();
    Path output = folder.resolve("out");
    new TrainRun(LocalSpark.session(), corpus.table(), output).with("max_steps", "2").run();
    String published = Files.readString(output.resolve("report.html"));
    assertTrue(published.contains("All 2 steps are trained."), published);
    assertTrue(published.contains("Lengths of rows"), published);
    String said = ReportMain.write(conf, output.toString(), "").message();
    assertTrue(
        said.matches("Wrote the report to .*/out/runs/[0-9a-f-]{36}/report\\.html\\."), said);
    Path wanted = folder.resolve("wanted.html");
    ReportMain.write(conf, output.toString(), wanted.toString());
    assertTrue(Files.readString(wanted).contains("The last command ended with: Trained 2 steps"));
  }

  private static SparkConf yarn(String deployMode) {
    return new SparkConf(false)
        .set("spark.master", "yarn")
        .set("spark.submit.deployMode", deployMode);
  }
}
