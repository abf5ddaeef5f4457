package org.sparklora.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The GPU driver of this machine, asked by its own program: that needs no library in this process,
 * and tells of memory before anything lies on a GPU.
 */
public final class GpuDriver {
  /** Programs that use GPUs see these only, in this order. */
  private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";

  private static final long PATIENCE_SECONDS = 20;

  private final String program;
  private final Optional<String> visible;

  GpuDriver(String program, Optional<String> visible) {
    this.program = program;
    this.visible = visible;
  }

  /** This machine's, as this process sees it. */
  public static GpuDriver here() {
    return new GpuDriver("nvidia-smi", Optional.ofNullable(System.getenv(VISIBLE)));
  }

  /** The setting that hides GPUs from this process, in a message's words. */
  public String visibility() {
    return VISIBLE + visible.map(v -> "=" + v).orElse(" is not set");
  }

  /** All GPUs; none where there is no driver or it does not answer. */
  public List<GpuState> gpus() {
    return answer().lines().flatMap(line -> GpuState.of(line).stream()).toList();
  }

  /** The GPU that this process calls by this number; nothing where the driver does not know it. */
  public Optional<GpuState> seenAs(int index) {
    List<GpuState> all = gpus();
    String name = name(index);
    return all.stream()
        .filter(gpu -> name.equals(Integer.toString(gpu.number())) || isUuid(name, gpu))
        .findFirst();
  }

  /** The driver's number or the name of a GPU; empty where it is not visible. */
  private String name(int index) {
    if (visible.isEmpty()) {
      return Integer.toString(index);
    }
    String[] names = visible.get().split(",", -1);
    return index < names.length ? names[index].strip() : "";
  }

  /** Names may be cut short. */
  private static boolean isUuid(String name, GpuState gpu) {
    return name.startsWith("GPU-") && gpu.uuid().startsWith(name);
  }

  private String answer() {
    try {
      Process process =
          new ProcessBuilder(
                  program, "--query-gpu=" + GpuState.FIELDS, "--format=csv,noheader,nounits")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return answer(process);
    } catch (IOException noDriver) {
      return "";
    }
  }

  private static String answer(Process process) {
    CompletableFuture<String> said = CompletableFuture.supplyAsync(() -> text(process));
    try {
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return ended && process.exitValue() == 0 ? said.join() : "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    } finally {
      process.destroyForcibly();
    }
  }

  private static String text(Process process) {
    try {
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException cutShort) {
      return "";
    }
  }
}
