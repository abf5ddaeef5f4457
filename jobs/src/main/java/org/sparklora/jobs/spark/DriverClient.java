package org.sparklora.jobs.spark;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.SparkEnv;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.util.RpcUtils;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.collective.PeerLost;
import org.sparklora.jobs.spark.DriverEndpoint.Order;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** A rank's connection to its {@link DriverEndpoint}. For one thread. */
public final class DriverClient {
  private static final Log LOG = Log.of(DriverClient.class);
  private static final ClassTag<String> TEXT = ClassTag$.MODULE$.apply(String.class);
  private static final long ASK_EVERY_NANOS = 200_000_000L;

  /** How long a rank waits for a driver that does not know whether it may still write. */
  private static final Duration MOST_WAITING = Duration.ofMinutes(10);

  private final RpcEndpointRef endpoint;
  private final Duration mostWaiting;
  private long asked = System.nanoTime() - ASK_EVERY_NANOS;
  private Order order = Order.GO_ON;
  private boolean stop;

  private DriverClient(RpcEndpointRef endpoint, Duration mostWaiting) {
    this.endpoint = endpoint;
    this.mostWaiting = mostWaiting;
  }

  /** On an executor, or in local mode. */
  public static DriverClient to(String endpointName) {
    return to(endpointName, MOST_WAITING);
  }

  static DriverClient to(String endpointName, Duration mostWaiting) {
    SparkEnv env = SparkEnv.get();
    return new DriverClient(
        RpcUtils.makeDriverRef(endpointName, env.conf(), env.rpcEnv()), mostWaiting);
  }

  /** Whether the driver wants the run to stop. */
  public boolean stopAsked() {
    ask();
    return stop;
  }

  /**
   * Returns once the driver certainly holds the output folder; fails when it does not know for too
   * long, or when it lost its hold.
   */
  public void awaitRightToWrite() {
    long start = System.nanoTime();
    for (ask(); order == Order.WAIT; ask()) {
      waitSince(start);
    }
    if (order == Order.ABANDON) {
      throw new Failure(
          ExitCode.HELD,
          "Cannot go on training, the driver lost its hold on the output folder. Run the command again; it resumes.");
    }
  }

  /** At most five times a second; else the newest order stands. */
  private void ask() {
    long now = System.nanoTime();
    if (now - asked < ASK_EVERY_NANOS) {
      return;
    }
    asked = now;
    order = Order.valueOf(endpoint.askSync(DriverEndpoint.GO_ON, TEXT));
    stop |= order == Order.STOP;
  }

  private void waitSince(long start) {
    long waited = System.nanoTime() - start;
    if (waited > mostWaiting.toNanos()) {
      throw Failure.storage(
          "Cannot go on training, the driver does not know whether it still holds the output folder: the store has not answered it for %d s (expected at most %d). Mend the store and run the command again; it resumes."
              .formatted(waited / 1_000_000_000L, mostWaiting.toSeconds()),
          null);
    }
    LockSupport.parkNanos(ASK_EVERY_NANOS);
  }

  /** What all ranks said who came to the same meeting; nothing until all have come. */
  List<String> meet(Meeting.Arrival arrival) {
    String lines = endpoint.askSync(DriverEndpoint.MEET + arrival.text(), TEXT);
    return lines.isEmpty() ? List.of() : List.of(lines.split("\n"));
  }

  public void progress(String line) {
    endpoint.askSync(DriverEndpoint.PROGRESS + line, TEXT);
  }

  /** Tells the driver of a logged step, without waiting for it to hear. */
  public void figures(String json) {
    endpoint.ask(DriverEndpoint.FIGURES + json, TEXT);
  }

  /** Tells the driver before the other ranks notice; what they then report is a consequence. */
  public void failed(Failure failure) {
    tell(DriverEndpoint.FAILED + failure.exitCode().name() + "\n" + failure.getMessage());
  }

  /** Tells which rank is missing, where and when. */
  public void lost(PeerLost loss) {
    tell(DriverEndpoint.LOST + loss.getMessage());
  }

  private void tell(String message) {
    try {
      endpoint.askSync(message, TEXT);
    } catch (RuntimeException unreachable) {
      LOG.warn("The driver was not told of: {} ({})", message, unreachable.getMessage());
      LOG.debug("Why the driver was not told", unreachable);
    }
  }
}
