package org.sparklora.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestDeviceFault {
  /** What no machine has: the words are those of libtorch's own allocator. */
  @Test
  void libtorchsAllocatorIsUnderstood() {
    TorchEngine.start(1);
    try (NDManager scope = TorchEngine.newManager(Device.cpu());
        Kernels kernels = Kernels.load(scope)) {
      EngineException thrown =
          assertThrows(
              EngineException.class,
              () -> kernels.tensor(scope, "empty", scope.create(1f), 1L << 50, 6));
      assertEquals(Optional.of(DeviceFault.OUT_OF_MEMORY), DeviceFault.of(thrown));
      assertTrue(DeviceFault.said(thrown).contains("allocate"), DeviceFault.said(thrown));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 79.11 GiB of which 8.25 MiB is free.",
        "CUDA error: out of memory",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"
      })
  void tooLittleMemoryIsNoReasonToGiveUpAProcess(String said) {
    EngineException thrown = new EngineException("Traceback\nRuntimeError: " + said);
    assertEquals(Optional.of(DeviceFault.OUT_OF_MEMORY), DeviceFault.of(thrown));
    assertFalse(DeviceFault.isLost(thrown));
    assertEquals("RuntimeError: " + said, DeviceFault.said(thrown));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA error: device-side assert triggered",
        "CUDA error: an illegal memory access was encountered",
        "CUDA error: uncorrectable ECC error encountered",
        "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasGemmEx`",
        "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"
      })
  void aDeviceThatFailedIsLost(String said) {
    assertTrue(DeviceFault.isLost(new EngineException(said)));
    assertTrue(DeviceFault.isLost(new IllegalStateException(new EngineException(said))));
  }

  @Test
  void othersSayNothingOfADevice() {
    assertEquals(Optional.empty(), DeviceFault.of(new EngineException("shape mismatch")));
    assertEquals(Optional.empty(), DeviceFault.of(new EngineException((String) null)));
    assertEquals(Optional.empty(), DeviceFault.of(new IllegalStateException("CUDA error: x")));
  }
}
