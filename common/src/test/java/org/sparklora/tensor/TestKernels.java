package org.sparklora.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who owns a kernel module, and how long. */
class TestKernels {
  @BeforeAll
  static void startEngine() {
    TorchEngine.start(1);
  }

  @Test
  void aModuleIsGivenBackOnceAndThenOfNoUse() {
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      Kernels closed = Kernels.load(scope);
      closed.close();
      closed.close(); // gives nothing back that another owns by now
      try (Kernels one = Kernels.load(scope);
          Kernels other = Kernels.load(scope)) {
        assertEquals(2, owned(List.of(one, other)).size());
        assertEquals(
            "Cannot run a kernel, its module was given back: cast (expected it open).",
            assertThrows(IllegalStateException.class, () -> cast(closed, scope)).getMessage());
        assertEquals(1.5f, cast(one, scope));
        assertEquals(1.5f, cast(other, scope));
      }
    }
  }

  @Test
  void aManagerThatIsClosedGivesItsModulesBack() {
    Kernels kernels;
    Object module;
    try (NDManager owner = TorchEngine.newManager(Device.cpu())) {
      kernels = Kernels.load(owner);
      module = kernels.module();
    }
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      assertThrows(IllegalStateException.class, () -> cast(kernels, scope));
      Kernels next = Kernels.load(scope);
      assertEquals(module, next.module());
      assertEquals(1.5f, cast(next, scope), "and it is whole");
    }
  }

  /** More than are kept. */
  @Test
  void manyAtOnceAreAllDifferent() {
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      List<Kernels> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        all.add(Kernels.load(scope));
      }
      assertEquals(20, owned(all).size());
      all.forEach(Kernels::close);
      try (Kernels next = Kernels.load(scope)) {
        assertEquals(1.5f, cast(next, scope));
      }
    }
  }

  private static Set<Object> owned(List<Kernels> all) {
    Set<Object> modules = new HashSet<>();
    all.forEach(kernels -> modules.add(kernels.module()));
    return modules;
  }

  private static float cast(Kernels kernels, NDManager scope) {
    return kernels.tensor(scope, "cast", scope.create(new float[] {1.5f}), NumberType.FP32.code())
        .toFloatArray()[0];
  }
}
