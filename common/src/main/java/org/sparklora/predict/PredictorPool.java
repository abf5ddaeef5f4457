package org.sparklora.predict;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.sparklora.tensor.DeviceAddress;

/**
 * Open predictors of this process: tasks that run at once share the weights of one model per
 * device, tasks that come one after the other share predictors, too.
 */
public final class PredictorPool {
  private final Map<DeviceAddress, Shelf> shelves = new ConcurrentHashMap<>();

  /** A predictor on loan; closing gives it back, open, to the pool. */
  public static final class Loan implements AutoCloseable {
    private final Shelf shelf;
    private final Object key;
    private final Predictor predictor;
    private boolean given = true;

    private Loan(Shelf shelf, Object key, Predictor predictor) {
      this.shelf = shelf;
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
        shelf.giveBack(key, predictor);
      }
    }
  }

  /**
   * A predictor of this key, prepared for the calling thread. Only the first is opened, while other
   * borrowers of the device wait. Those of the device's other keys are closed first, or when they
   * come back: two models at once may not fit.
   */
  public Loan borrow(DeviceAddress device, Object key, Supplier<Predictor> open) {
    Shelf shelf = shelves.computeIfAbsent(device, d -> new Shelf());
    return new Loan(shelf, key, shelf.take(key, open));
  }

  /** Closes what is idle, and what is on loan when it comes back. */
  public void clear() {
    shelves.values().forEach(Shelf::clear);
  }

  /** A device's predictors of one key. */
  private static final class Shelf {
    private final Deque<Predictor> idle = new ArrayDeque<>();
    private Object key;
    private Predictor first;

    synchronized Predictor take(Object wanted, Supplier<Predictor> open) {
      if (!wanted.equals(key)) {
        clear();
        first = open.get();
        key = wanted;
        return first;
      }
      if (idle.isEmpty()) {
        return first.forAnotherThread();
      }
      idle.peekLast().bindToThread();
      return idle.pollLast();
    }

    synchronized void giveBack(Object itsKey, Predictor predictor) {
      if (itsKey.equals(key)) {
        idle.addLast(predictor);
      } else {
        predictor.close();
      }
    }

    synchronized void clear() {
      idle.forEach(Predictor::close);
      idle.clear();
      key = null;
      first = null;
    }
  }
}
