package org.sparklora.tensor;

import ai.djl.engine.EngineException;
import java.util.List;
import java.util.Optional;

/** What libtorch's exceptions say of a device; they have no types, only words. */
public enum DeviceFault {
  /** Its memory does not suffice for what was asked; it goes on otherwise. */
  OUT_OF_MEMORY,
  /** It failed: each later call of this process fails as well. */
  LOST;

  private static final int DEEPEST = 50;

  /** Of allocators, for GPUs and CPUs, and of libraries that asked them. */
  private static final List<String> NO_MEMORY =
      List.of(
          "out of memory",
          "can't allocate memory",
          "not enough memory",
          "CUBLAS_STATUS_ALLOC_FAILED",
          "CUDNN_STATUS_ALLOC_FAILED");

  private static final List<String> FAILED =
      List.of("CUDA error", "CUDA driver error", "CUBLAS_STATUS_", "CUDNN_STATUS_", "cuDNN error");

  /** The fault among the causes; nothing for any other exception. */
  public static Optional<DeviceFault> of(Throwable thrown) {
    return cause(thrown).flatMap(e -> fault(String.valueOf(e.getMessage())));
  }

  /** Whether less at once could be computed. */
  public static boolean isOutOfMemory(Throwable thrown) {
    return of(thrown).filter(fault -> fault == OUT_OF_MEMORY).isPresent();
  }

  /** Whether no more can be computed in this process. */
  public static boolean isLost(Throwable thrown) {
    return of(thrown).filter(fault -> fault == LOST).isPresent();
  }

  /** The sentence in which libtorch said it. */
  public static String said(Throwable thrown) {
    return cause(thrown).stream()
        .flatMap(e -> String.valueOf(e.getMessage()).lines())
        .filter(line -> fault(line).isPresent())
        .findFirst()
        .orElse("");
  }

  private static Optional<DeviceFault> fault(String message) {
    if (NO_MEMORY.stream().anyMatch(message::contains)) {
      return Optional.of(OUT_OF_MEMORY);
    }
    return FAILED.stream().anyMatch(message::contains) ? Optional.of(LOST) : Optional.empty();
  }

  private static Optional<EngineException> cause(Throwable thrown) {
    Throwable at = thrown;
    for (int depth = 0; at != null && depth < DEEPEST; depth++) {
      if (at instanceof EngineException e) {
        return Optional.of(e);
      }
      at = at.getCause();
    }
    return Optional.empty();
  }
}
