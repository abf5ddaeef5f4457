package org.sparklora.jobs.spark;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.rpc.RpcCallContext;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.rpc.ThreadSafeRpcEndpoint;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import scala.PartialFunction;
import scala.runtime.BoxedUnit;

/**
 * Where tasks tell the driver why no attempt can do their work. The driver then cancels their
 * stage: nothing is tried again, and Spark has no exception to print.
 */
public final class FailedTasks implements ThreadSafeRpcEndpoint {
  static final String NAME = "sparklora-failed-tasks";

  /** Stands in no message: control characters are spelled out there. */
  private static final String PART = "\0";

  private static final String REASON = "a task told why it cannot be done, report ";
  private static final Pattern REPORT = Pattern.compile(REASON + "([0-9a-f-]{36})");

  /** What was told, by report; one for each stage that was cancelled. */
  private static final Map<String, Failure> TOLD = new ConcurrentHashMap<>();

  private static RpcEnv hearing;

  private final SparkContext context;
  private final RpcEnv env;

  private FailedTasks(SparkContext context, RpcEnv env) {
    this.context = context;
    this.env = env;
  }

  /** Hears the tasks of this application from now on. */
  public static synchronized void hear(SparkContext context) {
    RpcEnv env = SparkEnv.get().rpcEnv();
    if (env != hearing) {
      FailedTasks tasks = new FailedTasks(context, env);
      env.setupEndpoint(NAME, tasks);
      context.addSparkListener(tasks.damage());
      hearing = env;
    }
  }

  /** What a task told before Spark ended its job with this exception. */
  static Optional<Failure> toldBefore(Throwable cancelled) {
    Matcher report = REPORT.matcher(String.valueOf(cancelled.getMessage()));
    return report.find() ? Optional.ofNullable(TOLD.get(report.group(1))) : Optional.empty();
  }

  /** A failure as a text, since the transport cannot load an application's classes. */
  static String report(int stage, Failure failure) {
    String frames =
        Arrays.stream(failure.getStackTrace())
            .map(FailedTasks::frame)
            .collect(Collectors.joining("\n"));
    return String.join(PART, "" + stage, failure.exitCode().name(), failure.getMessage(), frames);
  }

  private static String frame(StackTraceElement at) {
    return String.join(
        " ",
        at.getClassName(),
        at.getMethodName(),
        String.valueOf(at.getFileName()),
        "" + at.getLineNumber());
  }

  /** What {@link #report} reported. */
  private static Failure failure(String... parts) {
    Failure told = new Failure(ExitCode.valueOf(parts[1]), parts[2].lines().toList());
    told.setStackTrace(
        parts[3]
            .lines()
            .map(line -> line.split(" ", 4))
            .map(f -> new StackTraceElement(f[0], f[1], f[2], Integer.parseInt(f[3])))
            .toArray(StackTraceElement[]::new));
    return told;
  }

  @Override
  public RpcEnv rpcEnv() {
    return env;
  }

  @Override
  public PartialFunction<Object, BoxedUnit> receiveAndReply(RpcCallContext call) {
    return new TextReplies(call, this::take);
  }

  private String take(String message) {
    String[] parts = message.split(PART, 4);
    give(Integer.parseInt(parts[0]), failure(parts));
    return "";
  }

  private void give(int stage, Failure failure) {
    String report = UUID.randomUUID().toString();
    TOLD.put(report, failure);
    context.cancelStage(stage, REASON + report);
  }

  /** Where Spark's own readers fail no function of ours tells it. */
  private SparkListener damage() {
    return new SparkListener() {
      @Override
      public void onTaskEnd(SparkListenerTaskEnd end) {
        if (end.reason() instanceof ExceptionFailure failed && failed.exception().isDefined()) {
          Causes.damage(failed.exception().get()).ifPresent(damage -> give(end.stageId(), damage));
        }
      }
    };
  }
}
