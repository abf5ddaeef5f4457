package org.sparklora.jobs;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.sparklora.Failure;
import org.sparklora.jobs.spark.BarrierStage;
import org.sparklora.model.BaseWeights;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;
import org.sparklora.tensor.TorchEngine;

/**
 * What a rank's host can see, asked before anything is loaded.
 *
 * @param baseFingerprint of the base model as this host reads it
 * @param environment what makes two runs comparable bit by bit
 */
record HostReport(String host, String baseFingerprint, Map<String, String> environment)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * The question, as a task on every rank's executor.
   *
   * @param probe a file that the driver wrote into the output folder
   */
  record Question(StorageSettings storage, String baseFolder, String probe, int threads)
      implements BarrierStage.Work<Integer, HostReport> {
    private static final long serialVersionUID = 1L;

    @Override
    public HostReport run(java.util.Iterator<Integer> none) {
      Store store = Store.with(storage);
      String host = SparkEnv.get().blockManager().blockManagerId().host();
      if (!store.exists(probe)) {
        throw Failure.cluster(
            "Cannot train, an executor does not see the output folder: %s on %s (expected a store that all hosts share). Choose another --output_dir."
                .formatted(probe, host));
      }
      try (BaseWeights base = BaseWeights.open(store, baseFolder)) {
        return new HostReport(host, base.fingerprint(), environment());
      } catch (Failure e) {
        throw new Failure(
            e.exitCode(), "%s (on executor host %s)".formatted(e.getMessage(), host), e);
      }
    }

    private Map<String, String> environment() {
      TorchEngine.start(threads);
      Map<String, String> environment = new TreeMap<>();
      environment.put("engine", TorchEngine.version());
      environment.put("threads", Integer.toString(threads));
      environment.put("processor", processor());
      return environment;
    }

    /** The vector instructions that libtorch chooses its kernels by. */
    private static String processor() {
      try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"), StandardCharsets.UTF_8)) {
        Optional<String> flags = lines.filter(l -> l.startsWith("flags")).findFirst();
        return flags.map(Question::vectorFlags).orElse(System.getProperty("os.arch"));
      } catch (IOException e) {
        return System.getProperty("os.arch");
      }
    }

    private static String vectorFlags(String line) {
      return Stream.of(line.split("\\s+"))
          .filter(f -> f.matches("avx.*|amx.*|fma|sse4_2"))
          .sorted()
          .reduce((a, b) -> a + " " + b)
          .orElse("none");
    }
  }
}
