package org.sparklora.train;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.sparklora.collective.AllReduce;
import org.sparklora.collective.ExchangeConfig;
import org.sparklora.collective.LoopbackRendezvous;
import org.sparklora.collective.Ranks;
import org.sparklora.collective.Rendezvous;
import org.sparklora.collective.SocketAllReduce;
import org.sparklora.plan.PlannedRow;

/**
 * What the figures of each rank cost: blocks of steps without and with them, in turns, two ranks in
 * one process that sum 100,000 floats over real sockets in each step; the median of the paired
 * differences of the processor time of rank 0's thread. {@code java -cp ...
 * org.sparklora.train.BenchmarkRankFigures}, with {@code -Dblock=50} steps between two log entries
 * and {@code -Dwork=1000000} operations of a step's own.
 */
public final class BenchmarkRankFigures {
  private static final int FLOATS = 100_000;
  private static final int PAIRS = Integer.getInteger("pairs", 40);
  private static final int BLOCK = Integer.getInteger("block", 50);
  private static final int WORK = Integer.getInteger("work", 1_000_000);
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static volatile double sink;

  private BenchmarkRankFigures() {}

  public static void main(String[] arguments) {
    List<Rendezvous> places = LoopbackRendezvous.of(2);
    ExchangeConfig config = ExchangeConfig.fresh("figures").onHost("127.0.0.1");
    Ranks.run(2, rank -> measure(config, rank, places.get(rank)));
  }

  private static int measure(ExchangeConfig config, int rank, Rendezvous place) {
    double[] without = new double[PAIRS];
    double[] more = new double[PAIRS];
    try (AllReduce sockets = SocketAllReduce.join(config, rank, 2, place)) {
      TimedAllReduce peers = new TimedAllReduce(sockets);
      try (RankClock clock = new RankClock(peers)) {
        SlowRanks slow = new SlowRanks();
        StepSums sums = new StepSums(FLOATS, 2);
        for (int pair = -PAIRS / 5; pair < PAIRS; pair++) {
          double bare = time(sockets, () -> steps(sockets, sums));
          double timed = time(sockets, () -> steps(peers, sums, clock, slow));
          without[Math.max(0, pair)] = bare / BLOCK;
          more[Math.max(0, pair)] = (timed - bare) / BLOCK;
        }
      }
      sockets.gather(new byte[0]);
    }
    if (rank == 0 && sink != 0) {
      double step = median(without);
      double cost = median(more);
      System.out.printf(
          "step %.1f us, figures of the ranks every %d steps %.2f us more (%.3f%%); quarters %.2f and %.2f us%n",
          step / 1e3,
          BLOCK,
          cost / 1e3,
          100 * cost / step,
          quantile(more, 0.25) / 1e3,
          quantile(more, 0.75) / 1e3);
    }
    return 0;
  }

  private static void steps(AllReduce peers, StepSums sums) {
    ByteBuffer gradient = sums.parts(FLOATS).get(0).bytes().limit(4 * FLOATS);
    for (int step = 0; step < BLOCK; step++) {
      work();
      peers.sum(gradient);
    }
  }

  private static void steps(TimedAllReduce peers, StepSums sums, RankClock clock, SlowRanks slow) {
    StepSums.Part whole = sums.parts(FLOATS).get(0);
    for (int step = 0; step < BLOCK; step++) {
      boolean logged = step == BLOCK - 1;
      List<PlannedRow> rows = clock.rows(List::of);
      clock.step(
          step,
          rows,
          () -> {
            sums.clearTail();
            work();
            if (logged) {
              clock.tell(sums);
            }
            peers.sum(whole.bytes());
            return whole;
          });
    }
    List<RankShare> shares = clock.told();
    slow.judge(shares);
    sink = RankFigures.of(shares).size();
  }

  private static void work() {
    double x = 1;
    for (int i = 0; i < WORK; i++) {
      x = x * 1.0000001 + 1e-9;
    }
    sink = x;
  }

  /** Of the processor, for this thread: what others do on the machine is no cost of ours. */
  private static double time(AllReduce peers, Runnable work) {
    peers.gather(new byte[0]);
    long begin = THREADS.getCurrentThreadCpuTime();
    work.run();
    return THREADS.getCurrentThreadCpuTime() - begin;
  }

  private static double median(double[] values) {
    return quantile(values, 0.5);
  }

  private static double quantile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) (share * (sorted.length - 1))];
  }
}
