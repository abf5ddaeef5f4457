package org.sparklora.train;

import java.util.List;
import java.util.function.Supplier;
import org.sparklora.HostName;
import org.sparklora.plan.PlannedRow;

/** Where the time of a rank's steps goes: to its rows, to computing, to its peers. */
final class RankClock implements AutoCloseable {
  private static final double SECOND = 1e9;

  private final String host = HostName.current();
  private final TimedAllReduce peers;
  private final Pulse pulse = Pulse.start();
  private long begun = System.nanoTime();
  private long steps;
  private long tokens;
  private long data;
  private long computing;
  private long waiting;
  private long longest;
  private long longestStep;
  private long dataOfStep;

  RankClock(TimedAllReduce peers) {
    this.peers = peers;
  }

  /** The rows of the next step. */
  List<PlannedRow> rows(Supplier<List<PlannedRow>> stream) {
    long begin = System.nanoTime();
    List<PlannedRow> rows = stream.get();
    dataOfStep = System.nanoTime() - begin;
    return rows;
  }

  /** The step with these rows. */
  <T> T step(long step, List<PlannedRow> rows, Supplier<T> work) {
    peers.takeNanos();
    long begin = System.nanoTime();
    T done = work.get();
    long waited = peers.takeNanos();
    long computed = System.nanoTime() - begin - waited;
    steps++;
    rows.forEach(row -> tokens += row.row().length());
    data += dataOfStep;
    computing += computed;
    waiting += waited;
    long stood = Math.max(computed + dataOfStep, pulse.take());
    if (stood > longest) {
      longest = stood;
      longestStep = step;
    }
    return done;
  }

  @Override
  public void close() {
    pulse.close();
  }

  /**
   * All ranks' shares since the last call, in their order; every rank calls it at the same steps.
   */
  List<RankShare> shared() {
    long now = System.nanoTime();
    RankShare mine =
        new RankShare(
            host,
            steps,
            tokens,
            (now - begun) / SECOND,
            data / SECOND,
            computing / SECOND,
            waiting / SECOND,
            longest / SECOND,
            longestStep,
            pulse.memory());
    List<RankShare> all = peers.gather(mine.bytes()).stream().map(RankShare::of).toList();
    begun = now;
    steps = 0;
    tokens = 0;
    data = 0;
    computing = 0;
    waiting = 0;
    longest = 0;
    return all;
  }
}
