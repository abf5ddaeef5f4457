package org.sparklora.jobs.train;

import ai.djl.Device;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.sparklora.Failure;
import org.sparklora.jobs.spark.BarrierStage;
import org.sparklora.jobs.spark.ExecutorHost;
import org.sparklora.jobs.spark.RankDevices;
import org.sparklora.memory.Room;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.storage.Store;
import org.sparklora.tensor.TorchEngine;
import org.sparklora.train.RankSetup;

/**
 * What a rank's host can see, asked before anything is loaded.
 *
 * @param baseFingerprint of the base model as this host reads it
 * @param environment what makes two runs comparable bit by bit
 * @param room bytes that a rank may fill on its device; negative where nobody knows, or nothing but
 *     the host limits it
 * @param lack why no rank can work here, in a message's words; empty when nothing is missing
 */
record HostReport(
    String host, String baseFingerprint, Map<String, String> environment, String lack, long room)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Where nobody knows. */
  private static final long UNKNOWN = -1;

  static HostReport fit(String host, String baseFingerprint, Map<String, String> environment) {
    return new HostReport(host, baseFingerprint, environment, "", UNKNOWN);
  }

  static HostReport lacking(String host, String lack) {
    return new HostReport(host, "", Map.of(), lack, UNKNOWN);
  }

  HostReport withRoom(OptionalLong bytes) {
    return new HostReport(host, baseFingerprint, environment, lack, bytes.orElse(UNKNOWN));
  }

  boolean hasRoom() {
    return room != UNKNOWN;
  }

  /**
   * The question, as a task on every rank's executor. What is missing comes back as a value: what a
   * task of a barrier stage throws does not reach the driver for certain.
   *
   * @param probe a file that the driver wrote into the output folder
   */
  record Question(RankSetup setup, RankDevices devices, String driversBase, String probe)
      implements BarrierStage.Work<Integer, HostReport> {
    private static final long serialVersionUID = 1L;

    @Override
    public HostReport run(java.util.Iterator<Integer> none) {
      Store store = setup.store();
      String host = ExecutorHost.current();
      try {
        TorchEngine.start(setup.threads());
        Device device = TorchEngine.device(devices.here()); // or fails, saying what is there
        return lackOfOutput(store, host)
            .map(lack -> lacking(host, lack))
            .orElseGet(() -> withBase(store, host).withRoom(room(device)));
      } catch (Failure unforeseen) {
        return lacking(host, unforeseen.getMessage());
      }
    }

    private OptionalLong room(Device device) {
      return device.isGpu() || setup.memoryLimit() > 0
          ? Room.of(device, setup.threads(), setup.memoryLimit())
          : OptionalLong.empty();
    }

    /** Any rank may be rank 0, which writes the checkpoints. */
    private Optional<String> lackOfOutput(Store store, String host) {
      if (!store.exists(probe)) {
        return Optional.of(
            "Cannot train, an executor does not see the output folder: %s on %s (expected a store that all hosts share). Choose another --output_dir."
                .formatted(probe, host));
      }
      try {
        store.probe(setup.outputDir()).close();
        return Optional.empty();
      } catch (Failure e) {
        return Optional.of(
            "Cannot train, an executor cannot write the output folder: on %s (expected executors to write where the driver does). Mend its permissions or choose another --output_dir. There: %s"
                .formatted(host, e.getMessage()));
      }
    }

    private HostReport withBase(Store store, String host) {
      String fingerprint;
      try (BaseWeights base = BaseWeights.open(store, setup.baseFolder())) {
        // On a shared store every host reads what the driver has read.
        fingerprint = base.isLocal() ? base.fingerprintLike(driversBase) : driversBase;
      } catch (Failure e) {
        return lacking(
            host,
            "Cannot train, an executor cannot read the base model: on %s (expected the same folder on every host). Copy it there, or put it on a shared store and change --model_checkpoint. There: %s"
                .formatted(host, e.getMessage()));
      }
      return fit(host, fingerprint, environment());
    }

    private Map<String, String> environment() {
      Map<String, String> environment = new TreeMap<>();
      environment.put("engine", TorchEngine.version());
      environment.put("threads", Integer.toString(setup.threads()));
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
