package org.sparklora.collective;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Milliseconds per all-reduce of 4 million floats, plain and encrypted, beside a plain socket copy
 * of the bytes that each rank must move, all in the same run: {@code java -cp ...
 * org.sparklora.collective.BenchmarkAllReduce}.
 */
public final class BenchmarkAllReduce {
  private static final int FLOATS = 4_000_000;
  private static final int[] SIZES = {2, 4, 16, 64};
  private static final int ROUNDS = Integer.getInteger("rounds", 40);

  private BenchmarkAllReduce() {}

  public static void main(String[] arguments) {
    if (Integer.getInteger("rank") != null) {
      int rank = Integer.getInteger("rank");
      int ranks = Integer.getInteger("ranks");
      System.out.println("result " + measure(rank, ranks, RankProcess::meet));
      return;
    }
    System.out.println("ranks  where        copy   plain  ratio     TLS  ratio   (ms)");
    for (int ranks : Integer.getInteger("only") == null ? SIZES : only()) {
      print(ranks, ranks <= 4 ? inProcesses(ranks) : inThisProcess(ranks));
    }
  }

  private static int[] only() {
    return new int[] {Integer.getInteger("only")};
  }

  private static void print(int ranks, String result) {
    double[] ms = Stream.of(result.split(" ")).mapToDouble(Double::parseDouble).toArray();
    for (int kind = 0; kind < 2; kind++) {
      double[] of = Arrays.copyOfRange(ms, 3 * kind, 3 * kind + 3);
      System.out.printf(
          "%5d  %-7s %9.1f %7.1f  %5.2f %7.1f  %5.2f   %s%n",
          ranks,
          ranks <= 4 ? "JVMs" : "one JVM",
          of[0],
          of[1],
          of[1] / of[0],
          of[2],
          of[2] / of[0],
          kind == 0 ? "median" : "fastest");
    }
  }

  private static String inThisProcess(int ranks) {
    List<Rendezvous> rendezvous = LoopbackRendezvous.of(ranks);
    return Ranks.run(ranks, rank -> measure(rank, ranks, rendezvous.get(rank))).get(0);
  }

  private static String inProcesses(int ranks) {
    String port = "-Dhub=" + RendezvousHub.forTurns(ranks, 3).port();
    String[] secrets = ExchangeSecrets.options();
    List<RankProcess> all = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      List<String> options = new ArrayList<>(List.of(secrets));
      options.addAll(List.of("-Drank=" + rank, "-Dranks=" + ranks, port, "-Drounds=" + ROUNDS));
      all.add(RankProcess.startProgram(BenchmarkAllReduce.class, options.toArray(String[]::new)));
    }
    String result = all.get(0).await("result");
    all.forEach(RankProcess::close);
    return result;
  }

  /** Medians, then fastest, of: plain copy, plain exchange, encrypted exchange. */
  private static String measure(int rank, int ranks, Rendezvous rendezvous) {
    ExchangeConfig config = ExchangeSecrets.config();
    ExchangeConfig plain = config.encrypted(RunCertificate.none());
    int rounds = Math.max(5, ROUNDS * 4 / Math.max(4, ranks));
    double[][] nanos = new double[3][rounds];
    ByteBuffer buffer = Floats.direct(FLOATS);
    try (PlainCopy copy = PlainCopy.connect(rank, ranks, rendezvous);
        AllReduce open = SocketAllReduce.join(plain, rank, ranks, rendezvous);
        AllReduce secret = SocketAllReduce.join(config, rank, ranks, rendezvous)) {
      for (int round = -rounds / 2; round < rounds; round++) {
        int slot = Math.max(0, round);
        nanos[0][slot] = time(open, () -> copy.exchange(2L * 4 * FLOATS / ranks));
        nanos[1][slot] = time(open, () -> open.sum(buffer));
        nanos[2][slot] = time(open, () -> secret.sum(buffer));
      }
      open.gather(new byte[0]);
    }
    return Stream.concat(
            Arrays.stream(nanos).map(times -> quantile(times, 0.5)),
            Arrays.stream(nanos).map(times -> quantile(times, 0)))
        .map(nanosOfOne -> "%.2f".formatted(nanosOfOne / 1e6))
        .collect(Collectors.joining(" "));
  }

  /** From when all ranks are ready. */
  private static double time(AllReduce ranks, Runnable work) {
    ranks.gather(new byte[0]);
    long start = System.nanoTime();
    work.run();
    return System.nanoTime() - start;
  }

  private static double quantile(double[] nanos, double share) {
    double[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[(int) (share * (sorted.length - 1))];
  }
}
