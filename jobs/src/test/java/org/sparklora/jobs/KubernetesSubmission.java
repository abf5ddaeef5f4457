package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.sparklora.Python;

/** {@code examples/kubernetes/train.sh} by a distribution's {@code spark-submit}. */
final class KubernetesSubmission {
  private final Path sparkHome;
  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();

  KubernetesSubmission(Path sparkHome, Path folder) {
    this.sparkHome = sparkHome;
    this.folder = folder;
  }

  KubernetesSubmission with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Submits, and waits for no pod. */
  void to(KubernetesStub api) throws IOException, InterruptedException {
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
    builder.environment().put("SPARK_HOME", sparkHome.toString());
    builder.environment().put("SPARKLORA_CONF", more.toString());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().putAll(environment);
    Process process = builder.start();
    String said = String.join("\n", process.inputReader().lines().toList());
    assertEquals(0, process.waitFor(), said);
  }
}
