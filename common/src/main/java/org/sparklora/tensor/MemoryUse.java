package org.sparklora.tensor;

import ai.djl.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.sparklora.device.GpuState;

/**
 * What this process holds, in bytes.
 *
 * @param anonymous resident memory of its own: heap, tensors, buffers
 * @param mapped resident pages of mapped files, which other processes on the host may share
 * @param peak the most that was ever resident, both kinds
 * @param onDevice memory in use on the GPU, by all processes; nothing on a CPU, or where the driver
 *     does not say
 */
public record MemoryUse(long anonymous, long mapped, long peak, OptionalLong onDevice) {
  private static final Path STATUS = Path.of("/proc/self/status");

  /** Reads the kernel's figures, and the driver's where {@code device} is a GPU. */
  public static MemoryUse now(Device device) {
    try {
      List<String> status = Files.readAllLines(STATUS);
      return new MemoryUse(
          bytes(status, "RssAnon:"),
          bytes(status, "RssFile:"),
          bytes(status, "VmHWM:"),
          TorchEngine.state(device).map(GpuState::used).orElse(OptionalLong.empty()));
    } catch (IOException e) {
      throw new UncheckedIOException("Linux tells of each process: " + STATUS, e);
    }
  }

  /** The value of a line such as {@code RssAnon: 1024 kB}. */
  private static long bytes(List<String> status, String key) {
    return status.stream()
        .filter(line -> line.startsWith(key))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }

  /** In megabytes of 10^6 bytes. */
  @Override
  public String toString() {
    String host =
        "anonymous %s, mapped %s, peak %s".formatted(mega(anonymous), mega(mapped), mega(peak));
    return onDevice.isPresent() ? host + ", on the device " + mega(onDevice.getAsLong()) : host;
  }

  private static String mega(long bytes) {
    return String.format(Locale.ROOT, "%,d MB", bytes / 1_000_000);
  }
}
