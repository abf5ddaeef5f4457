package org.sparklora.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.HostName;
import org.sparklora.OwnJvm;

class TestTorchEngine {
  @BeforeAll
  static void start() {
    TorchEngine.start(1);
  }

  @Test
  void threadsBelowOneAreRefused() {
    assertEquals(
        "Cannot start the tensor engine, the number of threads is too small: 0 (expected at least"
            + " 1). Give the executor at least one core.",
        assertThrows(Failure.class, () -> TorchEngine.start(0)).getMessage());
  }

  @Test
  void addressThatIsNoDeviceIsRefused() {
    assertEquals(Device.cpu(), TorchEngine.device(DeviceAddress.CPU));
    Failure failure = assertThrows(Failure.class, () -> TorchEngine.device(DeviceAddress.gpu(77)));
    assertTrue(
        failure
            .getMessage()
            .startsWith("Cannot use the device, there is none at this address: 77 (expected"));
    assertTrue(
        failure
                .getMessage()
                .contains("The libtorch on %s is built for".formatted(HostName.current()))
            || failure.getMessage().contains("libtorch finds"),
        failure.getMessage());
    assertEquals(ExitCode.CLUSTER, failure.exitCode());
    assertThrows(Failure.class, () -> TorchEngine.device(DeviceAddress.gpu(9999)));
  }

  @Test
  void whatLibtorchAndTheDriverFindIsSaidOfAnAddressWithoutADevice() {
    assertAbsent(
        OptionalInt.of(2),
        "below 2). On HOST libtorch finds 2 GPUs and the driver 2, and SETTING: check the discovery"
            + " script, the driver and that setting.",
        2);
    assertAbsent(
        OptionalInt.of(0),
        "below 0). On HOST libtorch finds none of the driver's 4 GPUs, and SETTING: take a driver"
            + " that is new enough for the CUDA of this libtorch, or change that setting.",
        4);
    assertAbsent(
        OptionalInt.empty(),
        "below 0). The libtorch on HOST is built for CPUs, and the driver there tells of 4 GPUs:"
            + " name a libtorch for CUDA there by PYTORCH_LIBRARY_PATH, PYTORCH_VERSION and"
            + " PYTORCH_FLAVOR.",
        4);
  }

  private static void assertAbsent(OptionalInt gpus, String expected, int ofDriver) {
    Failure failure = TorchEngine.absent(DeviceAddress.gpu(2), gpus, ofDriver, "SETTING");
    assertEquals(ExitCode.CLUSTER, failure.exitCode());
    assertEquals(
        "Cannot use the device, there is none at this address: 2 (expected cpu or a number "
            + expected.replace("HOST", HostName.current()),
        failure.getMessage());
  }

  @Test
  void aLibtorchThatDoesNotLoadIsAMatterOfTheCluster(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve(System.mapLibraryName("torch")), "no library");
    Process process =
        OwnJvm.of(
                EngineStart.class,
                List.of(
                    "-DPYTORCH_LIBRARY_PATH=" + folder,
                    "-DPYTORCH_VERSION=2.7.1",
                    "-DPYTORCH_FLAVOR=cpu"))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(
        said.startsWith("CLUSTER: Cannot start the tensor engine, libtorch does not load: "), said);
    assertTrue(
        said.trim()
            .endsWith(
                "(expected the native jars among --jars, on the class path that the image gives, or"
                    + " in the folder that SPARKLORA_NATIVES names; for another libtorch also"
                    + " PYTORCH_LIBRARY_PATH, PYTORCH_VERSION and PYTORCH_FLAVOR that fit this"
                    + " machine). Check them and the GPU driver on this host."),
        said);
    assertEquals(0, process.waitFor());
  }

  @Test
  void versionNamesLibtorch() {
    assertEquals("PyTorch 2.7.1", TorchEngine.version());
  }

  @Test
  void castsThroughBf16AndBack() {
    try (NDManager scope = TorchEngine.newManager(Device.cpu());
        Kernels kernels = Kernels.load(scope)) {
      NDArray x = scope.create(new float[] {1, 1.0078125f, 1.001f, -3.3f});
      NDArray half = kernels.tensor(scope, "cast", x, NumberType.BF16.code());
      NDArray back = kernels.tensor(scope, "cast", half, NumberType.FP32.code());
      assertArrayEquals(new float[] {1, 1.0078125f, 1, -3.296875f}, back.toFloatArray());
    }
  }

  @Test
  void unknownKernelIsNamed() {
    try (NDManager scope = TorchEngine.newManager(Device.cpu());
        Kernels kernels = Kernels.load(scope)) {
      EngineException failure =
          assertThrows(EngineException.class, () -> kernels.run("no_such", scope.create(1f)));
      assertTrue(failure.getMessage().contains("no_such"));
    }
  }

  @Test
  void rmsNormBackwardEqualsDifferences() {
    try (NDManager scope = TorchEngine.newManager(Device.cpu());
        Kernels kernels = Kernels.load(scope)) {
      float[] values = {0.3f, -1.2f, 0.8f, 2.0f};
      NDArray weight = scope.create(new float[] {1, 0.5f, -2, 1.5f});
      float[] direction = {0.7f, -0.1f, 0.4f, 0.2f};
      NDArray x = scope.create(values, new Shape(1, 4));
      NDArray inverse = kernels.tensors(scope, "rms_norm", x, weight, 1e-5)[1];
      NDArray grad = scope.create(direction, new Shape(1, 4));
      float[] dx =
          kernels.tensor(scope, "rms_norm_backward_", grad, x, inverse, weight).toFloatArray();
      for (int i = 0; i < 4; i++) {
        float[] moved = values.clone();
        moved[i] += 1e-2f;
        double up = dot(kernels, scope, moved, weight, direction);
        moved[i] -= 2e-2f;
        double down = dot(kernels, scope, moved, weight, direction);
        assertEquals((up - down) / 2e-2, dx[i], 2e-3);
      }
    }
  }

  @Test
  void lossAndGradientDoNotDependOnTheChunk() {
    try (NDManager scope = TorchEngine.newManager(Device.cpu());
        Kernels kernels = Kernels.load(scope)) {
      NDArray x = scope.arange(28).sin().reshape(7, 4);
      NDArray head = scope.arange(44).cos().reshape(11, 4);
      NDArray labels = scope.create(new long[] {0, 10, 3, 3, 7, 1, 5});
      NDArray[] whole = kernels.tensors(scope, "loss_gradient", x, head, labels, 0.5, 100);
      NDArray[] parts = kernels.tensors(scope, "loss_gradient", x, head, labels, 0.5, 3);
      NDArray score = kernels.tensor(scope, "score", x, head, labels, 2);
      assertEquals(whole[0].toDoubleArray()[0], parts[0].toDoubleArray()[0], 1e-6);
      assertEquals(whole[0].toDoubleArray()[0], score.toDoubleArray()[0], 1e-6);
      assertArrayEquals(whole[1].toFloatArray(), parts[1].toFloatArray(), 1e-7f);
    }
  }

  private static double dot(
      Kernels kernels, NDManager scope, float[] x, NDArray weight, float[] direction) {
    NDArray input = scope.create(x, new Shape(1, 4));
    float[] y = kernels.tensors(scope, "rms_norm", input, weight, 1e-5)[0].toFloatArray();
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      sum += (double) y[i] * direction[i];
    }
    return sum;
  }
}
