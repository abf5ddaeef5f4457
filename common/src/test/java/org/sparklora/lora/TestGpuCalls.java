package org.sparklora.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Failure;
import org.sparklora.lora.ProfiledTraining.Profiles;
import org.sparklora.tensor.KernelReach;
import org.sparklora.tensor.StepProfile;
import org.sparklora.tensor.StepProfile.Difference;

/** What the calls of this code cost on a GPU, counted without one. */
class TestGpuCalls {
  private static final double GIGA = 1e9;
  private static final Pattern TRAINER = Pattern.compile(".*/org/sparklora/(model|lora)/[^/]*");
  private static final String READS = "to\\w*Array|to\\w*Buffer|get(Float|Double|Int|Long|Boolean)";

  /** Beside decoding and scoring, which end in numbers: where a training step waits for its sum. */
  private static final Set<String> READERS =
      Set.of(
          "Decoder.matrix",
          "DecodingState.likeliest",
          "DecodingState.logits",
          "FlatRow.host",
          "LoraModel.loss",
          "LossHead.score");

  @TempDir private Path folder;

  @Test
  void aLayerTakesFewPassesAndNoWaits() throws Exception {
    Profiles profiles = ProfiledTraining.onGpu(folder);
    Difference kept = profiles.kept().get(1).beside(profiles.kept().get(0));
    Difference again = profiles.again().get(1).beside(profiles.again().get(0));
    assertEquals(StepProfile.LAYER, kept.kernels());
    within(90, 110, kept.launches());
    within(3.5, 5, gigabytes(kept));
    within(40, 60, again.launches() - kept.launches());
    within(1, 2, gigabytes(again) - gigabytes(kept));
    assertEquals(Set.of(), kept.wide());
    for (StepProfile step : profiles.again()) {
      assertEquals(0, step.waits());
      assertEquals(Set.of("numbers"), new KernelReach().onHost(step.kernels()));
    }
  }

  @Test
  void nothingIsReadFromTheDeviceBeforeTheSum() {
    Set<String> readers = new TreeSet<>();
    for (JavaClass type : ofTheTrainer()) {
      type.getMethodCallsFromSelf().stream()
          .filter(TestGpuCalls::reads)
          .forEach(call -> readers.add(type.getSimpleName() + "." + call.getOrigin().getName()));
    }
    assertEquals(new TreeSet<>(READERS), readers);
  }

  private static JavaClasses ofTheTrainer() {
    return new ClassFileImporter()
        .withImportOption(location -> location.matches(TRAINER))
        .importUrl(Failure.class.getProtectionDomain().getCodeSource().getLocation());
  }

  private static boolean reads(JavaMethodCall call) {
    return call.getTargetOwner().isEquivalentTo(NDArray.class) && call.getName().matches(READS);
  }

  private static double gigabytes(Difference layer) {
    return layer.bytes() * ProfiledTraining.BYTES_FEWER / GIGA;
  }

  private static void within(double least, double most, double actual) {
    assertTrue(
        actual >= least && actual <= most, actual + " is not from %s to %s".formatted(least, most));
  }
}
