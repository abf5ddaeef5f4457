package org.sparklora.collective;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.sparklora.Failure;

/**
 * The meeting: listens on this executor's address, exchanges addresses, connects every pair, lets
 * nobody in who cannot prove the run's secret. Closing it leaves only the peers' connections.
 */
final class Joining implements AutoCloseable {
  private static final int TLS_ROOM = 4 << 20;
  private static final int TLS_ROOM_PER_PEER = 256 << 10;
  private static final int TICK_MILLIS = 100;

  private final ExchangeConfig config;
  private final Seat seat;
  private final RunTls tls;
  private final InetAddress host;
  private final Selector selector;
  private final ServerSocketChannel server;
  private final Strangers strangers;
  private final Peer[] peers;
  private List<Meeting> places = List.of();
  private boolean handedOver;

  Joining(ExchangeConfig config, Seat seat) {
    this.config = config;
    this.seat = seat;
    this.peers = new Peer[seat.ranks()];
    this.tls = config.certificate().isNone() ? null : new RunTls(config.certificate());
    this.strangers = new Strangers(config, seat.ranks() + 64);
    this.host = ownAddress(config.host());
    try {
      selector = Selector.open();
      server = ServerSocketChannel.open();
      server.configureBlocking(false);
      server.bind(new InetSocketAddress(host, 0), seat.ranks() + 64);
      server.register(selector, SelectionKey.OP_ACCEPT);
    } catch (IOException e) {
      throw cannotListen(config.host() + ": " + e.getMessage(), e);
    }
  }

  /** Blocks until every other rank is connected and has proved the secret; in rank order. */
  List<Peer> meet(Rendezvous rendezvous) {
    try {
      List<String> lines = rendezvous.exchange(Meeting.line(config, port()));
      places = Meeting.read(config, seat, lines);
      for (int rank = 0; rank < seat.rank(); rank++) {
        connect(rank);
      }
      long deadline = System.nanoTime() + config.exchangeTimeout().toNanos();
      while (missing() >= 0) {
        turn(deadline);
      }
      return Arrays.stream(peers).filter(Objects::nonNull).toList();
    } catch (IOException e) {
      throw PeerLost.because(doing(), "this rank's exchange broke: " + e, e);
    }
  }

  /** The selector with the peers' keys; the caller closes it from now on. */
  Selector handOverSelector() {
    handedOver = true;
    return selector;
  }

  String address() {
    return places.get(seat.rank()).toString();
  }

  @Override
  public void close() {
    strangers.closeAll();
    try {
      server.close();
      if (handedOver) {
        // Only a selection lets go of the sockets that were closed under the selector.
        selector.selectNow();
        selector.selectedKeys().clear();
      } else {
        closePeers();
        selector.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException("Cannot close the listening socket: " + e.getMessage(), e);
    }
  }

  private void closePeers() throws IOException {
    for (SelectionKey key : new ArrayList<>(selector.keys())) {
      key.channel().close();
    }
  }

  private static InetAddress ownAddress(String host) {
    try {
      InetAddress address = InetAddress.getByName(host);
      if (!address.isAnyLocalAddress()) {
        return address;
      }
    } catch (IOException e) {
      throw cannotListen(host + " is unknown", e);
    }
    throw cannotListen(host + " is every address", null);
  }

  private static Failure cannotListen(String actual, Throwable cause) {
    Failure failure =
        Failure.cluster(
            "Cannot listen for the other ranks, the address does not fit: "
                + actual
                + " (expected this executor's own address)."
                + " Set SPARK_LOCAL_IP or spark.driver.host on that machine.");
    if (cause != null) {
      failure.initCause(cause);
    }
    return failure;
  }

  private int port() throws IOException {
    return ((InetSocketAddress) server.getLocalAddress()).getPort();
  }

  private void connect(int rank) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
    key.attach(new Connecting(rank));
    try {
      channel.bind(new InetSocketAddress(host, 0));
      Meeting place = places.get(rank);
      if (channel.connect(new InetSocketAddress(place.host(), place.port()))) {
        connected(key, rank);
      }
    } catch (IOException | java.nio.channels.UnresolvedAddressException e) {
      throw unreachable(rank, e);
    }
  }

  private record Connecting(int rank) {}

  private void turn(long deadline) throws IOException {
    selector.select(TICK_MILLIS);
    if (Thread.currentThread().isInterrupted()) {
      throw PeerLost.because(
          doing(), "rank " + seat.rank() + " was interrupted: its task is being stopped", null);
    }
    for (SelectionKey key : selector.selectedKeys()) {
      if (key.isValid()) {
        serve(key);
      }
    }
    selector.selectedKeys().clear();
    strangers.dropLate();
    if (System.nanoTime() - deadline > 0 && missing() >= 0) {
      int rank = missing();
      throw PeerLost.because(
          doing(),
          "rank %d at %s is missing: not connected after %d ms (expected sooner)"
              .formatted(rank, places.get(rank), config.exchangeTimeout().toMillis()),
          null);
    }
  }

  private void serve(SelectionKey key) throws IOException {
    if (key.isAcceptable()) {
      accept();
    } else if (key.attachment() instanceof Connecting connecting) {
      finishConnecting(key, connecting.rank());
    } else {
      introduce(key, (Introduction) key.attachment());
    }
  }

  private void accept() throws IOException {
    SocketChannel channel = server.accept();
    if (channel == null) {
      return;
    }
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
    Wire wire = wire(channel, false);
    key.attach(Introduction.accepting(wire, config, seat, rank -> peers[rank] == null));
    strangers.add(key);
  }

  private void finishConnecting(SelectionKey key, int rank) {
    try {
      ((SocketChannel) key.channel()).finishConnect();
      connected(key, rank);
    } catch (IOException e) {
      throw unreachable(rank, e);
    }
  }

  private void connected(SelectionKey key, int rank) throws IOException {
    Wire wire = wire((SocketChannel) key.channel(), true);
    Introduction introduction = Introduction.connecting(wire, config, seat, rank);
    key.attach(introduction);
    introduce(key, introduction);
  }

  private void introduce(SelectionKey key, Introduction introduction) throws IOException {
    try {
      if (introduction.advance()) {
        seatPeer(key, introduction);
        return;
      }
      key.interestOps(
          introduction.wantsToWrite()
              ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
              : SelectionKey.OP_READ);
    } catch (IOException | ProtocolError e) {
      if (!strangers.drop(key, e.getMessage())) {
        throw refused(introduction.peer(), e);
      }
    }
  }

  private void seatPeer(SelectionKey key, Introduction introduction) {
    int rank = introduction.peer();
    if (peers[rank] != null) {
      throw new ProtocolError("introduced itself as rank " + rank + ", which is already here");
    }
    strangers.admit(key);
    key.interestOps(0);
    peers[rank] = new Peer(rank, places.get(rank).toString(), introduction.wire(), key);
    key.attach(peers[rank]);
  }

  private Wire wire(SocketChannel channel, boolean connecting) {
    if (tls == null) {
      return new PlainWire(channel);
    }
    int room = Math.min(TLS_ROOM_PER_PEER, TLS_ROOM / seat.ranks());
    return new TlsWire(channel, connecting ? tls.connecting() : tls.accepting(), room);
  }

  /** The first rank that is not connected, or -1. */
  private int missing() {
    for (int rank = 0; rank < peers.length; rank++) {
      if (rank != seat.rank() && peers[rank] == null) {
        return rank;
      }
    }
    return -1;
  }

  private PeerLost unreachable(int rank, Exception cause) {
    return PeerLost.because(
        doing(),
        "rank %d at %s cannot be reached: %s (expected it to listen)"
            .formatted(rank, places.get(rank), cause.getMessage()),
        cause);
  }

  private PeerLost refused(int rank, Exception cause) {
    return PeerLost.because(
        doing(),
        "rank %d at %s did not introduce itself: it %s (expected a rank of this run and generation)"
            .formatted(rank, places.get(rank), cause.getMessage()),
        cause);
  }

  private String doing() {
    return "join generation " + config.generation();
  }
}
