package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparklora.Missing;
import org.sparklora.jobs.run.StandaloneCluster;

/**
 * One application jar on every Spark that it is for: distributions as {@code pyspark} brings them,
 * whose folders {@code SPARKLORA_SPARKS} lists.
 */
@Tag("cluster")
class TestSparkVersions {
  @TempDir Path folder;

  static Stream<Path> sparks() {
    String listed = System.getenv().getOrDefault("SPARKLORA_SPARKS", "");
    if (listed.isEmpty()) {
      Missing.skip("SPARKLORA_SPARKS names no Spark");
    }
    return Stream.of(listed.split(":")).map(Path::of);
  }

  /** Only newer ones bring what makes a group of pods for Volcano. */
  static Stream<Path> sparksWithVolcano() {
    List<Path> found = sparks().filter(TestSparkVersions::bringsVolcano).toList();
    assumeTrue(!found.isEmpty(), "no Spark of SPARKLORA_SPARKS brings Volcano's client");
    return found.stream();
  }

  private static boolean bringsVolcano(Path sparkHome) {
    String[] jars = sparkHome.resolve("jars").toFile().list((all, n) -> n.startsWith("volcano"));
    return jars != null && jars.length > 0;
  }

  @ParameterizedTest
  @MethodSource("sparksWithVolcano")
  void aGangOfVolcanosWaitsForRoomForAllAndForTheDriverAlone(Path sparkHome) throws Exception {
    try (KubernetesStub api = new KubernetesStub()) {
      new KubernetesSubmission(sparkHome, folder)
          .with("GANG", "volcano")
          .with("RANKS", "2")
          .to(api);
      JsonNode group = api.posted("PodGroup", "minMember");
      assertEquals("scheduling.volcano.sh/v1beta1", group.path("apiVersion").asText());
      assertEquals(
          "{\"minMember\":1,\"minResources\":{\"cpu\":\"17\",\"memory\":\"50Gi\",\"nvidia.com/gpu\":\"2\"},\"queue\":\"default\"}",
          group.path("spec").toString());
      JsonNode pod = api.posted("Pod", "driver");
      assertEquals("volcano", pod.path("spec").path("schedulerName").asText());
      assertEquals(
          group.path("metadata").path("name"),
          pod.path("metadata").path("annotations").path("scheduling.k8s.io/group-name"));
    }
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
