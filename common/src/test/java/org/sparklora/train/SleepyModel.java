package org.sparklora.train;

import java.lang.reflect.Proxy;
import java.util.concurrent.locks.LockSupport;
import org.sparklora.lora.TrainableModel;

/** A tiny model on a slow host: it sleeps in each batch, and for long in one step. */
final class SleepyModel {
  private static final long MILLI = 1_000_000L;
  private static final long STANDSTILL = 2_000 * MILLI;

  private final long millis;
  private long frozenStep;

  private SleepyModel(long millis, long frozenStep) {
    this.millis = millis;
    this.frozenStep = frozenStep;
  }

  /** Of the steps, {@code frozenStep} takes two seconds longer; −1 for none. */
  static TrainableModel of(long millis, long frozenStep) {
    SleepyModel sleep = new SleepyModel(millis, frozenStep);
    TinyModel model = new TinyModel();
    return (TrainableModel)
        Proxy.newProxyInstance(
            SleepyModel.class.getClassLoader(),
            new Class<?>[] {TrainableModel.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("accumulate")) {
                sleep.before((Long) arguments[2]);
              }
              return method.invoke(model, arguments);
            });
  }

  private void before(long step) {
    park(millis * MILLI);
    if (step == frozenStep) {
      frozenStep = -1;
      park(STANDSTILL);
    }
  }

  private static void park(long nanos) {
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
