package org.sparklora.jobs.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.jobs.TrainMain;
import org.sparklora.jobs.run.DriverProcess;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.tokenize.TokenizeCorpus;

/** The train job as a process: signals, kills and exit codes. */
@Tag("spark")
class TestTrainProcess {
  @TempDir static Path tables;
  private static Path table;

  @TempDir Path folder;

  @BeforeAll
  static void tokenize() {
    TokenizeCorpus corpus = new TokenizeCorpus(LocalSpark.session(), tables);
    corpus.run();
    table = corpus.table();
  }

  @Test
  void aTerminatedRunSavesSaysWhereAndEndsWith143() throws Exception {
    TrainRun run = run("term").with("max_steps", "200").with("save_steps", "100");
    try (DriverProcess driver = DriverProcess.start(TrainMain.class, run.arguments())) {
      driver.awaitLine("step 3/");
      driver.terminate();
      String said = driver.awaitLine("Stopped by a signal after step ");
      assertEquals(143, driver.exitCode());
      String step = said.replaceFirst("Stopped by a signal after step (\\d+);.*", "$1");
      assertTrue(Files.exists(run.output().resolve("checkpoint-" + step + "/manifest.json")), said);
      assertTrue(Integer.parseInt(step) < 100, said);
    }
    JsonNode outcome = new ObjectMapper().readTree(run.output().resolve("_outcome.json").toFile());
    assertEquals(143, outcome.get("exit_code").asInt());
  }

  @Test
  void theProcessOfAFinishedRunEndsAlthoughMainOnlyReturns() throws Exception {
    try (DriverProcess driver = DriverProcess.start(TrainMain.class, run("done").arguments())) {
      driver.awaitLine("Trained 6 steps of run ");
      assertEquals(0, driver.exitCode());
    }
  }

  @Test
  void aKilledDriversRunGoesOnToTheSameAdapter() throws Exception {
    TrainRun whole = run("whole").with("max_steps", "40").with("save_steps", "4");
    whole.run();
    TrainRun killed = run("killed").with("max_steps", "40").with("save_steps", "4");
    try (DriverProcess driver = DriverProcess.start(TrainMain.class, killed.arguments())) {
      driver.awaitLine("step 6/");
      driver.kill();
      assertEquals(137, driver.exitCode());
    }
    killed.run();
    assertTrue(killed.lines().size() < 40, killed.lines().get(0));
    assertArrayEquals(whole.adapter(), killed.adapter());
  }

  @Test
  void usageErrorsEndWith2AndSayAllOfThem() throws Exception {
    List<String> arguments = List.of("--lora_rnak", "4", "--output_dir", "x");
    try (DriverProcess driver = DriverProcess.start(TrainMain.class, arguments)) {
      driver.awaitLine("Cannot run train, an option is unknown (flag): --lora_rnak");
      driver.awaitLine("Cannot run train, --tokenized_dataset is missing");
      assertEquals(2, driver.exitCode());
    }
  }

  private TrainRun run(String name) {
    return new TrainRun(LocalSpark.session(), table, folder.resolve(name));
  }
}
