package org.sparklora.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.sparklora.Fixtures;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberType;

/** By hand for the fixture: vocabulary 512, hidden 64, two layers of 4 heads and inner size 112. */
class TestMemoryEstimate {
  private static final long ENGINE = 512L << 20;
  private static final long MATRICES = 2 * 512 * 64 + 2 * (4 * 64 * 64 + 3 * 64 * 112);
  private static final long KEPT = 2 * (3 * 64 + 3 * 64 + 64 + 2 * 112); // of a token
  private static final long LOGITS = 3 * 4 * 512; // bytes of a token: three copies in fp32

  private final DecoderSpec spec =
      DecoderSpec.read(Store.local(), Fixtures.path("llama", "model").toString());

  @Test
  void isTheSumOfEngineWeightsActivationsAndLogits() {
    assertEquals(
        ENGINE + 4 * MATRICES + 100 * (4 * KEPT + LOGITS),
        MemoryEstimate.ofRank(spec, NumberType.FP32, 100, false));
  }

  @Test
  void logitsStayInFp32() {
    assertEquals(
        ENGINE + 2 * MATRICES + 100 * (2 * KEPT + LOGITS),
        MemoryEstimate.ofRank(spec, NumberType.BF16, 100, false));
  }

  @Test
  void activationsBeyondTwoGigabytesAreComputedAgain() {
    assertEquals(
        ENGINE + 4 * MATRICES + (2L << 30) + 1_000_000 * LOGITS,
        MemoryEstimate.ofRank(spec, NumberType.FP32, 1_000_000, false));
  }

  @Test
  void tensorsOfAGpuOnlyPassThroughTheHost() {
    assertEquals(ENGINE + (1L << 30), MemoryEstimate.ofRank(spec, NumberType.BF16, 100, true));
  }
}
