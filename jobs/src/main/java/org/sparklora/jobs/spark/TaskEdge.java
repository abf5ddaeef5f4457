package org.sparklora.jobs.spark;

import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.util.RpcUtils;
import org.sparklora.Failure;
import org.sparklora.SizeLimit;
import org.sparklora.tensor.DeviceFault;
import org.sparklora.tensor.LostDevice;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Where a task's work ends and Spark begins. Why no attempt can do the work is told to the driver,
 * which cancels the stage; an {@link Error} leaves as the failure that it stands for, since Spark
 * ends the process of a task that throws one, which is what a lost GPU asks for.
 */
public final class TaskEdge {
  /** Spark's setting that brings {@code --size_limits} to executors. */
  public static final String SIZE_LIMITS = "spark.sparklora.sizeLimits";

  static {
    SparkEnv env = SparkEnv.get();
    if (env != null) {
      SizeLimit.multiply(env.conf().getInt(SIZE_LIMITS, SizeLimit.factor()));
    }
    if (isExecutor()) {
      Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT); // as the driver's command does
    }
  }

  private static final ClassTag<String> TEXT = ClassTag$.MODULE$.apply(String.class);

  /** How long a task that told waits for its end: what it throws after that, Spark prints. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long LOOK_EVERY_MILLIS = 20;

  private TaskEdge() {}

  /** Does a part of a task's work. */
  public static <T> T around(Supplier<T> work) {
    try {
      return work.get();
    } catch (Throwable thrown) {
      throw TaskEdge.<RuntimeException>leaving(thrown);
    }
  }

  /** The same rows; what making them throws passes the edge. */
  static <T> Iterator<T> around(Iterator<T> rows) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return around(rows::hasNext);
      }

      @Override
      public T next() {
        return around(rows::next);
      }
    };
  }

  /** The same function; what it and its rows throw passes the edge. */
  public static <T, R> FlatMapFunction<Iterator<T>, R> around(
      FlatMapFunction<Iterator<T>, R> work) {
    return rows -> {
      try {
        return around(work.call(rows));
      } catch (Throwable thrown) {
        throw TaskEdge.<RuntimeException>leaving(thrown);
      }
    };
  }

  /** As the other, for pairs. */
  public static <T, K, V> PairFlatMapFunction<Iterator<T>, K, V> aroundPairs(
      PairFlatMapFunction<Iterator<T>, K, V> work) {
    return rows -> {
      try {
        return around(work.call(rows));
      } catch (Throwable thrown) {
        throw TaskEdge.<RuntimeException>leaving(thrown);
      }
    };
  }

  /** Tells what has to be told and throws; Spark's own exceptions stay what they are. */
  // Scala throws checked exceptions that it does not declare.
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E leaving(Throwable thrown) throws E {
    if (DeviceFault.isLost(thrown) && isExecutor()) {
      throw (E) new LostDevice(DeviceFault.said(thrown));
    }
    Optional<Failure> failure = Causes.failureOrDamage(thrown);
    if (failure.filter(Causes::isFinal).isPresent()) {
      tell(failure.get(), TaskContext.get());
    }
    throw (E) (thrown instanceof Error && failure.isPresent() ? failure.get() : thrown);
  }

  /** A process of its own, which its manager replaces. */
  private static boolean isExecutor() {
    SparkEnv env = SparkEnv.get();
    return env != null && !env.executorId().equals("driver");
  }

  private static void tell(Failure failure, TaskContext task) {
    if (task == null || task.isInterrupted()) {
      return;
    }
    try {
      SparkEnv env = SparkEnv.get();
      RpcEndpointRef driver = RpcUtils.makeDriverRef(FailedTasks.NAME, env.conf(), env.rpcEnv());
      driver.askSync(FailedTasks.report(task.stageId(), failure), TEXT);
      awaitEnd(task);
    } catch (InterruptedException killed) {
      Thread.currentThread().interrupt();
    } catch (Exception unheard) {
      failure.addSuppressed(unheard);
    }
  }

  private static void awaitEnd(TaskContext task) throws InterruptedException {
    long start = System.nanoTime();
    while (!task.isInterrupted() && System.nanoTime() - start < PATIENCE_NANOS) {
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
    }
  }
}
