package org.sparklora.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparklora.Vocabulary;
import org.sparklora.tensor.DeviceAddress;

class TestPredictorPool {
  private final PredictorPool pool = new PredictorPool();
  private final List<FakeCodec> opened = new ArrayList<>();
  private int models;

  @Test
  void tasksOneAfterTheOtherShareAModel() {
    Predictor first = borrowAndGiveBack("a");
    assertSame(first, borrowAndGiveBack("a"));
  }

  @Test
  void tasksAtOnceHaveTheirOwnOfOneModel() {
    try (PredictorPool.Loan one = borrow("a");
        PredictorPool.Loan two = borrow("a")) {
      assertNotSame(one.predictor(), two.predictor());
    }
    assertEquals(1, models);
    assertEquals(2, opened.size());
  }

  @Test
  void devicesDoNotDisturbEachOther() {
    Predictor here = borrowAndGiveBack("a");
    pool.borrow(DeviceAddress.gpu(1), "b", this::open).close();
    assertSame(here, borrowAndGiveBack("a"));
  }

  @Test
  void anotherModelClosesTheIdleOnes() {
    borrowAndGiveBack("a");
    PredictorPool.Loan lent = borrow("a");
    borrow("a").close();
    borrowAndGiveBack("b");
    assertFalse(opened.get(0).isClosed(), "on loan");
    assertTrue(opened.get(1).isClosed(), "idle");
    lent.close();
    assertTrue(opened.get(0).isClosed(), "given back too late");
  }

  @Test
  void givingBackTwiceIsGivingBackOnce() {
    PredictorPool.Loan loan = borrow("a");
    loan.close();
    loan.close();
    try (PredictorPool.Loan one = borrow("a");
        PredictorPool.Loan two = borrow("a")) {
      assertNotSame(one.predictor(), two.predictor());
    }
  }

  @Test
  void clearClosesWhatIsIdle() {
    borrowAndGiveBack("a");
    pool.clear();
    assertTrue(opened.get(0).isClosed());
  }

  private Predictor borrowAndGiveBack(String key) {
    try (PredictorPool.Loan loan = borrow(key)) {
      return loan.predictor();
    }
  }

  private PredictorPool.Loan borrow(String key) {
    return pool.borrow(DeviceAddress.CPU, key, this::open);
  }

  private Predictor open() {
    models++;
    return Predictor.of(
        this::codec, () -> new FakeModel(100), new Vocabulary(FakeModel.VOCABULARY));
  }

  private FakeCodec codec() {
    opened.add(new FakeCodec(1));
    return opened.get(opened.size() - 1);
  }
}
