package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Python;

/**
 * What {@code examples/kubernetes} asks a cluster for, as a stand-in of its API server hears it
 * from the stock {@code spark-submit}. No pod is started.
 */
@Tag("python")
@Tag("spark")
@Timeout(360)
class TestOnKubernetes {
  @TempDir Path folder;

  @Test
  void aDriversPodHasTimeToSaveAndSeesWeightsAndNatives() throws Exception {
    try (KubernetesStub api = new KubernetesStub()) {
      submission().to(api);
      JsonNode pod = api.posted("Pod", "driver");
      JsonNode spec = pod.path("spec");
      assertEquals(600, spec.path("terminationGracePeriodSeconds").asInt());
      assertEquals("Never", spec.path("restartPolicy").asText());
      assertEquals("sparklora", spec.path("serviceAccountName").asText());
      assertTrue(spec.path("volumes").findValuesAsText("claimName").contains("models"));
      JsonNode driver = spec.path("containers").path(0);
      assertEquals("sparklora:test", driver.path("image").asText());
      String environment = driver.path("env").toString();
      assertTrue(environment.contains("\"name\":\"SPARKLORA_NATIVES\""), environment);
      assertTrue(environment.contains("\"secretKeyRef\":{\"key\":\"secret\""), environment);
      List<String> words = new ArrayList<>();
      driver.path("args").forEach(word -> words.add(word.asText()));
      assertTrue(words.contains("org.sparklora.jobs.TrainMain"), words.toString());
      assertTrue(words.contains("local:///opt/sparklora/sparklora-application.jar"));
      assertTrue(words.contains("--output_dir=s3a://b/a"), words.toString());
      String settings = settings(api);
      assertTrue(settings.contains("spark.executor.resource.gpu.amount=1"), settings);
      assertTrue(settings.contains("spark.executor.instances=4"), settings);
      assertFalse(settings.contains("pytorch"), settings);
    }
  }

  @Test
  void aGangIsAskedForByAnnotationsWithoutGpusWhereNoneIsUsed() throws Exception {
    try (KubernetesStub api = new KubernetesStub()) {
      submission().with("GANG", "yunikorn").with("RANKS", "2").with("GPUS", "0").to(api);
      JsonNode pod = api.posted("Pod", "driver");
      assertEquals("yunikorn", pod.path("spec").path("schedulerName").asText());
      JsonNode annotations = pod.path("metadata").path("annotations");
      assertEquals("driver", annotations.path("yunikorn.apache.org/task-group-name").asText());
      JsonNode groups =
          new ObjectMapper().readTree(annotations.path("yunikorn.apache.org/task-groups").asText());
      assertEquals("[driver, executor]", groups.findValuesAsText("name").toString());
      JsonNode executors = groups.path(1);
      assertEquals(2, executors.path("minMember").asInt());
      assertEquals("{\"cpu\":\"8\",\"memory\":\"24Gi\"}", executors.path("minResource").toString());
      String settings = settings(api);
      assertTrue(settings.contains("task-group-name=executor"), settings);
      assertFalse(settings.contains("gpu"), settings);
    }
  }

  private KubernetesSubmission submission() {
    return new KubernetesSubmission(StockJobs.sparkOf(Python.from("SPARKLORA_PYTHON")), folder);
  }

  private static String settings(KubernetesStub api) {
    JsonNode map = api.posted("ConfigMap", "spark.properties");
    return map.path("data").path("spark.properties").asText();
  }
}
