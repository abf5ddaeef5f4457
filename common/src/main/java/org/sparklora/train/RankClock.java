package org.sparklora.train;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.sparklora.HostName;
import org.sparklora.plan.PlannedRow;

/** Where the time of a rank's steps goes: to its rows, to computing, to its peers. */
final class RankClock implements AutoCloseable {
  private static final double SECOND = 1e9;

  private final TimedAllReduce peers;
  private final List<String> hosts;
  private final Pulse pulse;
  private StepSums told;
  private long begun = System.nanoTime();
  private long steps;
  private long tokens;
  private long data;
  private long computing;
  private long waiting;
  private long longest;
  private long longestStep;
  // of the step under way
  private long step;
  private long lap;
  private long stood;

  /** The ranks' hosts go round once. */
  RankClock(TimedAllReduce peers) {
    this.peers = peers;
    this.hosts =
        peers.gather(HostName.current().getBytes(StandardCharsets.UTF_8)).stream()
            .map(host -> new String(host, StandardCharsets.UTF_8))
            .toList();
    this.pulse = Pulse.start();
  }

  /** The rows of the next step. */
  List<PlannedRow> rows(Supplier<List<PlannedRow>> stream) {
    long begin = System.nanoTime();
    List<PlannedRow> rows = stream.get();
    stood = System.nanoTime() - begin;
    data += stood;
    return rows;
  }

  /** The step with these rows. */
  <T> T step(long number, List<PlannedRow> rows, Supplier<T> work) {
    step = number;
    steps++;
    rows.forEach(row -> tokens += row.row().length());
    peers.takeNanos();
    lap = System.nanoTime();
    T done = work.get();
    lap();
    return done;
  }

  /**
   * Within a step that is logged, before its last sum: lets this rank's share since the last such
   * call go with it. What the rank does from then on counts to the next.
   */
  void tell(StepSums sums) {
    lap();
    sums.put(
        peers.rank(),
        new RankShare(
            hosts.get(peers.rank()),
            steps,
            tokens,
            (lap - begun) / SECOND,
            data / SECOND,
            computing / SECOND,
            waiting / SECOND,
            longest / SECOND,
            longestStep,
            pulse.memory()));
    told = sums;
    begun = lap;
    steps = 0;
    tokens = 0;
    data = 0;
    computing = 0;
    waiting = 0;
    longest = 0;
    stood = 0;
  }

  /** All ranks' shares, in their order, once that sum has come. */
  List<RankShare> told() {
    return IntStream.range(0, hosts.size())
        .mapToObj(rank -> told.share(rank, hosts.get(rank)))
        .toList();
  }

  private void lap() {
    long now = System.nanoTime();
    long waited = peers.takeNanos();
    long computed = now - lap - waited;
    lap = now;
    waiting += waited;
    computing += computed;
    stood += computed;
    long most = Math.max(stood, pulse.take());
    if (most > longest) {
      longest = most;
      longestStep = step;
    }
  }

  @Override
  public void close() {
    pulse.close();
  }
}
