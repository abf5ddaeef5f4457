package org.sparklora.predict;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/**
 * Open predictors of this process, so that tasks that come one after the other share a model. Each
 * is used by one task at a time; there are as many as tasks have run at once.
 */
public final class PredictorPool {
  private final Deque<Idle> idle = new ArrayDeque<>();

  private record Idle(Object key, Predictor predictor) {}

  /** A predictor on loan; closing gives it back, open, to the pool. */
  public final class Loan implements AutoCloseable {
    private final Object key;
    private final Predictor predictor;
    private boolean given = true;

    private Loan(Object key, Predictor predictor) {
      this.key = key;
      this.predictor = predictor;
    }

    public Predictor predictor() {
      return predictor;
    }

    @Override
    public void close() {
      if (given) {
        given = false;
        giveBack(new Idle(key, predictor));
      }
    }
  }

  /**
   * An idle predictor of this key, prepared for the calling thread, or a new one. Idle ones of
   * other keys are closed first: two models at once may not fit.
   */
  public Loan borrow(Object key, Supplier<Predictor> open) {
    List<Idle> others = new ArrayList<>();
    Idle found = take(key, others);
    others.forEach(o -> o.predictor().close());
    if (found == null) {
      return new Loan(key, open.get());
    }
    found.predictor().beThisThreads();
    return new Loan(key, found.predictor());
  }

  /** Closes what is idle. */
  public void clear() {
    List<Idle> all = new ArrayList<>();
    take(null, all);
    all.forEach(o -> o.predictor().close());
  }

  private synchronized Idle take(Object key, List<Idle> others) {
    idle.stream().filter(i -> !i.key().equals(key)).forEach(others::add);
    idle.removeAll(others);
    return idle.pollLast();
  }

  private synchronized void giveBack(Idle returned) {
    idle.addLast(returned);
  }
}
