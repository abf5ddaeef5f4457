package org.sparklora.collective;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** A real rank 0 that listens for the others; the test decides who comes. */
final class WaitingRank {
  private final ExchangeConfig config;
  private final int ranks;
  private final CompletableFuture<String> line = new CompletableFuture<>();
  private final Future<AllReduce> joined;

  private WaitingRank(ExchangeConfig config, int ranks) {
    this.config = config;
    this.ranks = ranks;
    this.joined =
        Ranks.start(1, rank -> SocketAllReduce.join(config, 0, ranks, this::lines)).get(0);
  }

  static WaitingRank start(ExchangeConfig config, int ranks) {
    return new WaitingRank(config, ranks);
  }

  /** What rank 0 gave to the rendezvous. */
  String line() {
    return Ranks.await(line);
  }

  InetSocketAddress address() {
    PeerAddress address = PeerAddress.read(config, new RankOf(0, 1), List.of(line())).get(0);
    return new InetSocketAddress(address.host(), address.port());
  }

  SocketChannel connect() {
    try {
      return SocketChannel.open(address());
    } catch (IOException e) {
      throw new IllegalStateException("rank 0 does not listen", e);
    }
  }

  /** A real rank joins; its line is not needed, since only higher ranks connect to it. */
  AllReduce joinAs(ExchangeConfig other, int rank) {
    return SocketAllReduce.join(other, rank, ranks, mine -> allLines(line()));
  }

  /** Rank 0 once all have come; throws what its join threw. */
  AllReduce joined() {
    return Ranks.await(joined);
  }

  private List<String> lines(String mine) {
    line.complete(mine);
    return allLines(mine);
  }

  private List<String> allLines(String zero) {
    List<String> all = new ArrayList<>(Collections.nCopies(ranks, PeerAddress.line(config, 9)));
    all.set(0, zero);
    return all;
  }
}
