package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Python;
import org.sparklora.jobs.StockJobs.End;

/**
 * The jobs through the stock distribution's {@code spark-submit}. Needs the application jar ({@code
 * make build}) and pyspark in {@code SPARKLORA_PYTHON}.
 */
@Tag("python")
@Tag("spark")
class TestStockSpark {
  private final Path sparkHome = StockJobs.sparkOf(Python.from("SPARKLORA_PYTHON"));

  @TempDir Path folder;

  /** As Livy, Airflow's SparkSubmitOperator and people do it. */
  @Test
  void theJobsNeedNoScriptOfOurs() throws Exception {
    SmokeRun smoke = new SmokeRun(folder);
    StockJobs jobs = new StockJobs(sparkHome, "local[2]");
    End tokenized = jobs.plain(TokenizeMain.class, List.of(), smoke.tokenize());
    tokenized.assertDone();
    assertFalse(tokenized.log().contains(" INFO SparkContext"), tokenized.log());
    smoke.assertTokenized();

    End without = jobs.plain(TrainMain.class, List.of(), smoke.train());
    assertEquals(4, without.code(), without.log());
    for (String way : List.of("--jars", "class path", "SPARKLORA_NATIVES")) {
      assertTrue(without.log().contains(way), without.log());
    }

    jobs.with("SPARKLORA_NATIVES", StockJobs.natives().toString())
        .plain(TrainMain.class, List.of(), smoke.train())
        .assertDone();
    smoke.assertTrained();
    new StockJobs(sparkHome, "local[2]")
        .plain(PredictMain.class, StockJobs.nativeJars(), smoke.predict())
        .assertDone();
    smoke.assertAnswered();
  }
}
