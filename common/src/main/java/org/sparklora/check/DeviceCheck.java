package org.sparklora.check;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.sparklora.Failure;
import org.sparklora.HostName;
import org.sparklora.command.JobOutcome;
import org.sparklora.device.GpuDriver;
import org.sparklora.device.GpuState;
import org.sparklora.tensor.Processor;
import org.sparklora.tensor.TorchEngine;

/** Goes through what training needs of a device, and says each part as it passes. */
public final class DeviceCheck {
  private static final long MIB = 1L << 20;

  private final CheckConfig config;
  private final Consumer<String> lines;

  private DeviceCheck(CheckConfig config, Consumer<String> lines) {
    this.config = config;
    this.lines = lines;
  }

  /** Fails at the first part that does not pass. */
  public static JobOutcome run(CheckConfig config, Consumer<String> lines) {
    return new DeviceCheck(config, lines).run();
  }

  private JobOutcome run() {
    say("driver", driver());
    TorchEngine.start(Runtime.getRuntime().availableProcessors());
    say("libtorch", "%s, %d GPUs".formatted(TorchEngine.whereabouts(), TorchEngine.gpus()));
    Device device = device();
    try (ComputeTrial trial = new ComputeTrial(device)) {
      say("bridge", part("the bridge", trial::bridge));
      say("product", part("a product", trial::product));
      say("copy", part("a copy", trial::copy));
    }
    say("step", part("a training step", () -> StepTrial.run(config)));
    return JobOutcome.done(
        "%s of %s can train%s"
            .formatted(
                isGpu() ? "GPU " + config.device() : "The processor",
                HostName.current(),
                isGpu() ? "" : "; no GPU was tried"),
        Map.of());
  }

  private boolean isGpu() {
    return config.device().processor() == Processor.GPU;
  }

  private void say(String part, String found) {
    lines.accept("%-9s %s".formatted(part, found));
  }

  private String driver() {
    List<GpuState> gpus = GpuDriver.here().gpus();
    if (gpus.isEmpty()) {
      return "none answers (nvidia-smi)";
    }
    GpuState one = GpuDriver.here().seenAs(config.device().index()).orElse(gpus.get(0));
    return "%s, %d GPUs, %s; number %d is a %s of generation %s, %s MiB, %s free"
        .formatted(
            one.driver(),
            gpus.size(),
            GpuDriver.here().visibility(),
            one.number(),
            one.model(),
            one.capability(),
            mebibytes(one.total()),
            mebibytes(one.free()));
  }

  private static String mebibytes(OptionalLong bytes) {
    return bytes.isPresent() ? Long.toString(bytes.getAsLong() / MIB) : "unknown";
  }

  private Device device() {
    try {
      return TorchEngine.device(config.device());
    } catch (Failure none) {
      throw Failure.cluster(none.getMessage() + " Or try the processor only, with --cpu.");
    }
  }

  private static String part(String name, Supplier<String> trial) {
    try {
      return trial.get();
    } catch (EngineException e) {
      throw Failure.cluster(
          "Cannot train on this device, %s failed: %s (expected it to pass). Take a libtorch and a bridge that belong together, for the CUDA of the driver (docs/cluster.md)."
              .formatted(name, e.getMessage().lines().findFirst().orElse("")),
          e);
    }
  }
}
