package org.sparklora.mix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sparklora.mix.Adapters.parts;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.adapter.Adapter;
import org.sparklora.tensor.TorchEngine;

/** A cut adapter is as far away as it says, and no other of its rank is nearer. */
class TestRankCut {
  private static final Adapter BIG = Adapters.of(1, 2, 8, false, "q", "v");
  private static final Adapter SMALL = Adapters.of(2, 3, 1, true, "q", "k");
  private static final Adapter MIX = ExactMix.of(parts(BIG, 1., SMALL, 0.2));

  @BeforeAll
  static void start() {
    TorchEngine.start(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 9})
  void theErrorIsWhatItSays(int rank) {
    RankCut cut = RankCut.of(MIX, rank, () -> {});
    assertEquals(Math.min(rank, 5), cut.adapter().config().rank());
    double lost = 0;
    double all = 0;
    for (String module : MIX.modules()) {
      double[] whole = Adapters.delta(MIX, module.replace("layers.0.", ""));
      double[] left = Adapters.delta(cut.adapter(), module.replace("layers.0.", ""));
      assertEquals(norm(difference(whole, left)) / norm(whole), cut.errors().get(module), 1e-6);
      lost += Math.pow(norm(difference(whole, left)), 2);
      all += Math.pow(norm(whole), 2);
    }
    assertEquals(Math.sqrt(lost / all), cut.error(), 1e-6);
  }

  @Test
  void noPartAloneIsNearerThanTheCut() {
    double[] whole = Adapters.delta(MIX, "q");
    double ofBig = norm(difference(whole, Adapters.delta(BIG, "q"))) / norm(whole);
    double cut = RankCut.of(MIX, 2, () -> {}).errors().get("layers.0.q");
    assertTrue(cut < ofBig && cut > 0, cut + " and " + ofBig);
    assertEquals(0, RankCut.of(MIX, 2, () -> {}).errors().get("layers.0.v"), 1e-12);
  }

  @Test
  void whatAddsNothingLosesNothing() {
    RankCut cut = RankCut.of(ExactMix.of(parts(BIG, 1., BIG, -1.)), 1, () -> {});
    assertEquals(0, cut.error());
    assertEquals(0, norm(Adapters.delta(cut.adapter(), "q")));
  }

  @Test
  void aRankBeyondTheMatrixIsFilledWithZeros() {
    Adapter wide = Adapters.of(4, 8, 8, false, "q");
    RankCut cut = RankCut.of(wide, 8, () -> {});
    assertEquals(8, cut.adapter().config().rank());
    assertEquals(0, cut.error(), 1e-12);
    assertEquals(
        0, norm(difference(Adapters.delta(wide, "q"), Adapters.delta(cut.adapter(), "q"))), 1e-4);
  }

  private static double[] difference(double[] one, double[] other) {
    double[] difference = new double[one.length];
    for (int i = 0; i < one.length; i++) {
      difference[i] = one[i] - other[i];
    }
    return difference;
  }

  private static double norm(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }
}
