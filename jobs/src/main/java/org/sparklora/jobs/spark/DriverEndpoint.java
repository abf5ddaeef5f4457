package org.sparklora.jobs.spark;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.SparkEnv;
import org.apache.spark.rpc.RpcCallContext;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.rpc.ThreadSafeRpcEndpoint;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.collective.PeerLost;
import scala.PartialFunction;
import scala.runtime.BoxedUnit;

/**
 * Where the ranks of a run talk to the driver while their stage runs, over Spark's own transport
 * with its authentication: where each listens, progress lines, figures, the question whether to go
 * on, and what went wrong.
 *
 * <p>Messages are strings only: the transport cannot load an application's classes.
 */
public final class DriverEndpoint implements ThreadSafeRpcEndpoint, AutoCloseable {
  static final char MEET = 'm';
  static final char PROGRESS = 'p';
  static final char FIGURES = 'g';
  static final char FAILED = 'f';
  static final char LOST = 'l';
  static final String GO_ON = "go on?";

  private final RpcEnv env = SparkEnv.get().rpcEnv();
  private final Supplier<Order> orders;
  private final Consumer<String> progress;
  private final Consumer<String> figures;
  private final RpcEndpointRef self;
  private final Meeting meeting = new Meeting();
  private RuntimeException firstFailure;

  /** What the ranks have to do after their current step. */
  public enum Order {
    GO_ON,
    /** Wait until another order comes. */
    WAIT,
    /** Save and end. */
    STOP,
    /** End at once, without writing anything. */
    ABANDON
  }

  private DriverEndpoint(
      String name, Supplier<Order> orders, Consumer<String> progress, Consumer<String> figures) {
    this.orders = orders;
    this.progress = progress;
    this.figures = figures;
    this.self = env.setupEndpoint(name, this);
  }

  /**
   * Opens the endpoint under a name that is unique within this application.
   *
   * @param figures takes what ranks say of logged steps; it must not wait
   */
  public static DriverEndpoint open(
      String name, Supplier<Order> orders, Consumer<String> progress, Consumer<String> figures) {
    return new DriverEndpoint(name, orders, progress, figures);
  }

  /** Forgets what the ranks of an earlier generation reported. */
  public synchronized void clear() {
    firstFailure = null;
  }

  /**
   * Why the ranks ended: a {@link Failure} that one of them reported, else the {@link PeerLost} of
   * one that missed another. Waits at most {@code limit} for it, since the end of the stage itself
   * may be noticed earlier.
   */
  public synchronized Optional<RuntimeException> awaitFirstFailure(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      for (long left = limit.toMillis(); firstFailure == null && left > 0; ) {
        wait(left);
        left = (deadline - System.nanoTime()) / 1_000_000;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.ofNullable(firstFailure);
  }

  @Override
  public RpcEnv rpcEnv() {
    return env;
  }

  @Override
  public PartialFunction<Object, BoxedUnit> receiveAndReply(RpcCallContext context) {
    return new TextReplies(context, this::answer);
  }

  @Override
  public void close() {
    env.stop(self);
  }

  private String answer(String message) {
    if (message.equals(GO_ON)) {
      return orders.get().name();
    }
    String text = message.substring(1);
    if (message.charAt(0) == MEET) {
      return String.join("\n", meeting.with(Meeting.Arrival.parse(text)));
    }
    switch (message.charAt(0)) {
      case PROGRESS -> progress.accept(text);
      case FIGURES -> figures.accept(text);
      case FAILED -> take(failure(text));
      default -> take(new PeerLost(text));
    }
    return "";
  }

  /**
   * A failure says more than a loss, which is its consequence; otherwise the first report counts.
   */
  private synchronized void take(RuntimeException said) {
    if (firstFailure == null || (said instanceof Failure && firstFailure instanceof PeerLost)) {
      firstFailure = said;
    }
    notifyAll();
  }

  private static Failure failure(String text) {
    int line = text.indexOf('\n');
    return new Failure(
        ExitCode.valueOf(text.substring(0, line)), text.substring(line + 1).lines().toList());
  }
}
