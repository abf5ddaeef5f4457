package org.sparklora.mix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sparklora.mix.Adapters.parts;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.SizeLimit;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterConfig;
import org.sparklora.mix.ExactMix.Part;
import org.sparklora.weights.ElementType;
import org.sparklora.weights.TensorValue;

/** A mix adds Σ weight · scaling · B A, whatever its parts look like. */
class TestExactMix {
  private static final Adapter Q4 = Adapters.of(1, 4, 8, false, "q", "v");
  private static final Adapter Q2 = Adapters.of(2, 2, 32, true, "q", "v");
  private static final Adapter K3 = Adapters.of(3, 3, 5, false, "k", "v");

  @Test
  void oneAdapterAtOneIsItself() {
    assertSame(Q4, ExactMix.of(parts(Q4, 1.)));
    assertSame(Q4, ExactMix.of(parts(Q4, 1., Q2, 0.)));
    assertSame(Q4, ExactMix.of(parts(Q4, 0.25, Q2, 0.5, Q4, 0.75, Q2, -0.5)));
  }

  @Test
  void whatCancelsItselfIsTheBase() {
    Adapter twin = Adapters.of(1, 4, 8, false, "q", "v");
    for (List<Part> parts :
        List.of(parts(Q4, 1., Q4, -1.), parts(Q4, 1., twin, -1.), parts(K3, 0.))) {
      assertTrue(ExactMix.isBase(parts));
      for (String module : List.of("q", "k", "v")) {
        assertArrayEquals(new double[30], Adapters.delta(ExactMix.of(parts), module));
      }
    }
    assertFalse(ExactMix.isBase(parts(Q4, 1., Q2, -1.)));
    assertTrue(ExactMix.isBase(List.of()));
  }

  @Test
  void ranksTargetsAlphasAndRsloraMayDiffer() {
    List<Part> parts = parts(Q4, 0.7, Q2, -0.3, K3, 1.5);
    Adapter mix = ExactMix.of(parts);
    assertEquals(9, mix.config().rank());
    assertEquals(1, mix.config().scaling());
    assertEquals(List.of("layers.0.k", "layers.0.q", "layers.0.v"), mix.config().targetModules());
    assertAdds(parts, mix);
  }

  @Test
  void equalTargetsStayAsTheyWere() {
    Adapter mix = ExactMix.of(parts(Q4, 0.5, Q2, 0.5));
    assertEquals(List.of("q", "v"), mix.config().targetModules());
    assertAdds(parts(Q4, 0.5, Q2, 0.5), mix);
  }

  @Test
  void aWeightOfOneAdapterCostsNoRankAndNoRounding() {
    for (double weight : new double[] {0.3, -0.3, -2}) {
      for (Adapter adapter : List.of(Q4, Q2)) {
        Adapter mix = ExactMix.of(parts(adapter, weight));
        assertEquals(adapter.config().rank(), mix.config().rank());
        assertTrue(mix.config().alpha() > 0);
        assertAdds(parts(adapter, weight), mix);
      }
    }
  }

  @Test
  void halfPrecisionPartsAreReadAsTheyAre() {
    Map<String, TensorValue> tensors = new LinkedHashMap<>();
    Q4.tensors()
        .forEach((name, value) -> tensors.put(name, name.contains("_A") ? bf16(value) : value));
    List<Part> parts = parts(new Adapter(Q4.config(), tensors), 0.5, K3, 0.5);
    assertAdds(parts, ExactMix.of(parts));
  }

  @Test
  void basesOfDifferentSizesAreRefused() {
    Map<String, TensorValue> tensors = new LinkedHashMap<>();
    tensors.put(Adapter.tensorName("layers.0.q", "A"), TensorValue.of(new float[7], 1, 7));
    tensors.put(Adapter.tensorName("layers.0.q", "B"), TensorValue.of(new float[5], 5, 1));
    Adapter wide = new Adapter(new AdapterConfig(1, 1, 0, List.of("q"), false, ""), tensors);
    assertRefused(
        parts(Q4, 1., wide, 1.),
        "Cannot mix the adapters, they are of bases of different sizes: [6, 7] in layers.0.q.lora_A (expected one). Mix adapters of one base.");
  }

  @Test
  void whatFp32CannotHoldIsRefused() {
    assertRefused(
        parts(Q4, -1e300),
        "Cannot mix the adapters, a weight is too large: -1.0E300 (expected that fp32 holds what it makes). Lower it.");
    assertRefused(
        parts(Q4, 1e300, Q2, 1.),
        "Cannot mix the adapters, a weight is too large: 1.0E300 (expected that fp32 holds what it makes). Lower it.");
  }

  @Test
  void ranksThatAddUpBeyondTheLimitAreRefused() {
    long most = SizeLimit.RANK.most();
    Map<String, TensorValue> tensors = new LinkedHashMap<>();
    int rank = (int) most;
    tensors.put(Adapter.tensorName("layers.0.q", "A"), TensorValue.of(new float[rank], rank, 1));
    tensors.put(Adapter.tensorName("layers.0.q", "B"), TensorValue.of(new float[rank], 1, rank));
    Adapter huge = new Adapter(new AdapterConfig(rank, 1, 0, List.of("q"), false, ""), tensors);
    assertRefused(
        parts(huge, 1., Q4, 1.),
        "Cannot mix the adapters, the sum of their ranks is beyond the limit: %d in the mix (expected at most %d). Mend the file, or if it is meant so add --size_limits 2."
            .formatted(most + 4, most));
  }

  private static void assertAdds(List<Part> parts, Adapter mix) {
    for (String module : List.of("q", "k", "v")) {
      assertArrayEquals(Adapters.sum(module, parts), Adapters.delta(mix, module), 2e-5, module);
    }
  }

  private static TensorValue bf16(TensorValue value) {
    float[] values = value.floats();
    ByteBuffer data = ByteBuffer.allocate(values.length * 2).order(ByteOrder.LITTLE_ENDIAN);
    for (float number : values) {
      data.putShort((short) (Float.floatToRawIntBits(number) >>> 16));
    }
    return new TensorValue(ElementType.BF16, value.shape(), data.flip());
  }

  private static void assertRefused(List<Part> parts, String message) {
    Failure failure = assertThrows(Failure.class, () -> ExactMix.of(parts));
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertEquals(message, failure.getMessage());
  }
}
