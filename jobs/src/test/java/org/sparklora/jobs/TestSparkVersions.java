package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparklora.jobs.run.StandaloneCluster;

/**
 * One application jar on every Spark that it is for: distributions as {@code pyspark} brings them,
 * whose folders {@code SPARKLORA_SPARKS} lists ({@code make check-spark-versions}).
 */
@Tag("versions")
class TestSparkVersions {
  @TempDir Path folder;

  static Stream<Path> sparks() {
    String listed = System.getenv().getOrDefault("SPARKLORA_SPARKS", "");
    assumeTrue(!listed.isEmpty(), "SPARKLORA_SPARKS names no Spark");
    return Stream.of(listed.split(":")).map(Path::of);
  }

  @ParameterizedTest
  @MethodSource("sparks")
  void tokenizesTrainsOnTwoExecutorsAndPredicts(Path sparkHome) throws Exception {
    SmokeRun smoke = new SmokeRun(folder);
    try (StandaloneCluster cluster = StandaloneCluster.ofStock(sparkHome, folder).workers(2)) {
      StockJobs jobs = new StockJobs(sparkHome, cluster.master());
      StockJobs.End tokenized = jobs.plain(TokenizeMain.class, List.of(), smoke.tokenize());
      tokenized.assertDone();
      assertFalse(tokenized.log().contains(" INFO SparkContext"), tokenized.log());
      jobs.script("train", smoke.train()).assertDone();
      jobs.plain(PredictMain.class, StockJobs.nativeJars(), smoke.predict()).assertDone();
    }
    smoke.assertTokenized();
    smoke.assertTrained();
    smoke.assertAnswered();
  }
}
