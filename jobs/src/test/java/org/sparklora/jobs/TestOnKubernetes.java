package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
@Timeout(120)
class TestOnKubernetes {
  @TempDir Path folder;

  @Test
  void aDriversPodHasTimeToSaveAndSeesWeightsAndNatives() throws Exception {
    try (KubernetesStub api = new KubernetesStub()) {
      submit(api, Map.of());
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
  void aGangIsAskedForByAnnotations() throws Exception {
    try (KubernetesStub api = new KubernetesStub()) {
      submit(api, Map.of("GANG", "yunikorn", "RANKS", "2"));
      JsonNode pod = api.posted("Pod", "driver");
      assertEquals("yunikorn", pod.path("spec").path("schedulerName").asText());
      JsonNode annotations = pod.path("metadata").path("annotations");
      String groups = annotations.path("yunikorn.apache.org/task-groups").asText();
      assertTrue(groups.contains("{\"name\":\"executor\",\"minMember\":2,"), groups);
    }
  }

  private static String settings(KubernetesStub api) {
    JsonNode map = api.posted("ConfigMap", "spark.properties");
    return map.path("data").path("spark.properties").asText();
  }

  private void submit(KubernetesStub api, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path more =
        Files.writeString(
            folder.resolve("more.conf"), "spark.kubernetes.submission.waitAppCompletion=false\n");
    ProcessBuilder builder =
        new ProcessBuilder(
                Python.root().resolve("examples/kubernetes/train.sh").toString(),
                api.master(),
                "sparklora:test",
                "--tokenized_dataset=s3a://b/t",
                "--output_dir=s3a://b/a")
            .redirectErrorStream(true);
    Path sparkHome = StockJobs.sparkOf(Python.from("SPARKLORA_PYTHON"));
    builder.environment().put("SPARK_HOME", sparkHome.toString());
    builder.environment().put("SPARKLORA_CONF", more.toString());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().putAll(environment);
    Process process = builder.start();
    String said = String.join("\n", process.inputReader().lines().toList());
    assertEquals(0, process.waitFor(), said);
  }
}
