package org.sparklora.jobs.spark;

import org.apache.spark.SparkEnv;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.util.RpcUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.collective.PeerLost;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** A rank's line to its {@link DriverDesk}. For one thread. */
public final class DriverLink {
  private static final Logger LOG = LoggerFactory.getLogger(DriverLink.class);
  private static final ClassTag<String> TEXT = ClassTag$.MODULE$.apply(String.class);
  private static final long ASK_EVERY_NANOS = 200_000_000L;

  private final RpcEndpointRef desk;
  private long asked = System.nanoTime() - ASK_EVERY_NANOS;
  private boolean stop;

  private DriverLink(RpcEndpointRef desk) {
    this.desk = desk;
  }

  /** On an executor, or in local mode. */
  public static DriverLink to(String deskName) {
    SparkEnv env = SparkEnv.get();
    return new DriverLink(RpcUtils.makeDriverRef(deskName, env.conf(), env.rpcEnv()));
  }

  /**
   * Whether the driver wants the run to stop; asks it at most five times a second. Fails when the
   * run was abandoned.
   */
  public boolean stopAsked() {
    long now = System.nanoTime();
    if (stop || now - asked < ASK_EVERY_NANOS) {
      return stop;
    }
    asked = now;
    DriverDesk.Order order = DriverDesk.Order.valueOf(desk.askSync(DriverDesk.GO_ON, TEXT));
    if (order == DriverDesk.Order.ABANDON) {
      throw new Failure(
          ExitCode.HELD,
          "Cannot go on training, the driver lost its hold on the output folder. Run the command again; it resumes.");
    }
    stop = order == DriverDesk.Order.STOP;
    return stop;
  }

  public void progress(String line) {
    desk.askSync(DriverDesk.PROGRESS + line, TEXT);
  }

  /** Tells the driver before the other ranks notice; what they then report is a consequence. */
  public void failed(Failure failure) {
    tell(DriverDesk.FAILED + failure.exitCode().name() + "\n" + failure.getMessage());
  }

  /** Tells which rank is missed, where and when. */
  public void lost(PeerLost loss) {
    tell(DriverDesk.LOST + loss.getMessage());
  }

  private void tell(String message) {
    try {
      desk.askSync(message, TEXT);
    } catch (RuntimeException unreachable) {
      LOG.warn("The driver was not told of: {}", message, unreachable);
    }
  }
}
