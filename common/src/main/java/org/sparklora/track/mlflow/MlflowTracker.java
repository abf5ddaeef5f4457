package org.sparklora.track.mlflow;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.sparklora.Log;
import org.sparklora.metric.LoggedStep;

/**
 * Tells an MLflow server of a run, on a thread of its own with one call at a time. Whoever tells it
 * something never waits; while the server is away everything is kept, up to a bound, and delivered
 * later. What is beyond the bound is read again from the run's files.
 */
public final class MlflowTracker {
  private static final Log LOG = Log.of(MlflowTracker.class);

  private static final int MOST_WAITING = 50_000;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** How long the end of a run waits for a server that does not answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final MlflowSession session;
  private final Supplier<List<LoggedStep>> files;
  private final Thread thread;
  private final Deque<LoggedStep> steps = new ArrayDeque<>();
  private final Map<String, String> tags = new LinkedHashMap<>();
  private boolean begun;
  private RunState end;
  private Supplier<Map<String, byte[]>> artifacts = Map::of;
  private boolean finished;
  private boolean stopped;
  private boolean troubled;
  private boolean overflowed;

  private MlflowTracker(MlflowSession session, Supplier<List<LoggedStep>> files) {
    this.session = session;
    this.files = files;
    this.thread = new Thread(this::work, "mlflow");
    thread.setDaemon(true);
  }

  /**
   * Begins to deliver.
   *
   * @param files reads the steps that the run's files hold, for those that the server has missed
   */
  public static MlflowTracker begin(MlflowSession session, Supplier<List<LoggedStep>> files) {
    MlflowTracker tracker = new MlflowTracker(session, files);
    tracker.thread.start();
    return tracker;
  }

  /** The figures of a step; of the oldest there are none where too many wait. */
  public synchronized void log(LoggedStep step) {
    if (steps.size() >= MOST_WAITING) {
      steps.removeFirst();
      if (!overflowed) {
        LOG.warn("MLflow misses the oldest steps that it was not told of: {}", session.target());
      }
      overflowed = true;
    }
    steps.add(step);
    notifyAll();
  }

  /** What may change while the run goes on. */
  public synchronized void tag(Map<String, String> values) {
    tags.putAll(values);
    notifyAll();
  }

  /**
   * Delivers what is left, then the artifacts and the state, and ends; gives up after the limit,
   * and earlier where the server does not answer.
   *
   * @param made the artifacts by name, made only when they are sent
   * @return whether all was delivered
   */
  public boolean finish(RunState state, Supplier<Map<String, byte[]>> made, Duration limit) {
    synchronized (this) {
      end = state;
      artifacts = made;
      notifyAll();
      awaitFinish(limit);
      if (!finished) {
        LOG.warn("MLflow was not told all of the run, its files have it: {}", session.target());
        thread.interrupt();
      }
      return finished;
    }
  }

  private synchronized void awaitFinish(Duration limit) {
    long begin = System.nanoTime();
    try {
      while (!finished && !stopped) {
        long waited = System.nanoTime() - begin;
        Duration patience = troubled && limit.compareTo(PATIENCE) > 0 ? PATIENCE : limit;
        long left = patience.toNanos() - waited;
        if (left <= 0) {
          return;
        }
        TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, FIRST_PAUSE.toNanos()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    try {
      Duration pause = FIRST_PAUSE;
      while (!isFinished()) {
        awaitWork();
        try {
          deliver(session.open());
          pause = FIRST_PAUSE;
          recovered();
        } catch (IOException away) {
          trouble(away, "MLflow does not answer, training goes on and it is told later: {}");
          pause(pause);
          pause = longer(pause);
        }
      }
    } catch (InterruptedException givenUp) {
      LOG.debug("MLflow is given up", givenUp);
    } catch (RuntimeException defect) {
      LOG.warn("MLflow is told no more, training goes on: {}", defect.toString());
      LOG.debug("Why MLflow is told no more", defect);
    } finally {
      stop();
    }
  }

  private synchronized boolean isFinished() {
    return finished;
  }

  private synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  private synchronized void awaitWork() throws InterruptedException {
    while (begun && steps.isEmpty() && tags.isEmpty() && end == null) {
      wait();
    }
  }

  /** A run that ends waits less for the next try. */
  private synchronized void pause(Duration pause) throws InterruptedException {
    long until = System.nanoTime() + pause.toNanos();
    boolean ending = end != null;
    for (long left = pause.toNanos(); left > 0 && (ending || end == null); ) {
      TimeUnit.NANOSECONDS.timedWait(this, ending ? Math.min(left, FIRST_PAUSE.toNanos()) : left);
      left = ending ? 0 : until - System.nanoTime();
    }
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
  }

  private void deliver(MlflowRun run) throws IOException {
    if (!begun) {
      accepted(() -> run.parameters(session.parameters()));
      accepted(() -> run.log(files.get()));
      begun = true;
    }
    deliverTags(run);
    deliverSteps(run);
    RunState state = asked();
    if (state != null) {
      for (Map.Entry<String, byte[]> file : artifacts.get().entrySet()) {
        accepted(() -> run.artifact(file.getKey(), file.getValue()));
      }
      accepted(() -> run.become(state));
      if (state == RunState.FINISHED) {
        session.done();
      }
      synchronized (this) {
        finished = true;
        notifyAll();
      }
    }
  }

  private interface Call {
    void make() throws IOException;
  }

  /** What the server refuses for good is not sent again. */
  private void accepted(Call call) throws IOException {
    try {
      call.make();
    } catch (MlflowAnswer refused) {
      if (!refused.isFinal()) {
        throw refused;
      }
      trouble(refused, "MLflow refuses a part of the run, training goes on: {}");
    }
  }

  private void deliverTags(MlflowRun run) throws IOException {
    Map<String, String> some;
    synchronized (this) {
      some = new LinkedHashMap<>(tags);
    }
    if (!some.isEmpty()) {
      accepted(() -> run.tags(some));
      synchronized (this) {
        some.forEach(tags::remove);
      }
    }
  }

  private void deliverSteps(MlflowRun run) throws IOException {
    List<LoggedStep> some;
    synchronized (this) {
      some = new ArrayList<>(steps);
    }
    if (!some.isEmpty()) {
      accepted(() -> run.log(some));
      synchronized (this) {
        for (LoggedStep step : some) {
          if (step.equals(steps.peekFirst())) {
            steps.removeFirst();
          }
        }
      }
    }
  }

  /** Nothing while something is still to be delivered. */
  private synchronized RunState asked() {
    return steps.isEmpty() && tags.isEmpty() ? end : null;
  }

  private synchronized void trouble(IOException trouble, String words) {
    if (!troubled) {
      LOG.warn(words, session.target() + ": " + trouble.getMessage());
    }
    LOG.debug("MLflow", trouble);
    troubled = true;
  }

  private synchronized void recovered() {
    if (troubled) {
      LOG.info("MLflow answers again: {}", session.target());
    }
    troubled = false;
  }
}
