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
 * Connects this rank to every other one: listens on the executor's address, exchanges addresses
 * through the rendezvous, and admits nobody who cannot prove the run's secret. Closing it leaves
 * only the connections of the peers.
 */
final class PeerConnector implements AutoCloseable {
  private static final int TLS_ROOM = 4 << 20;
  private static final int TLS_ROOM_PER_PEER = 256 << 10;
  private static final int TICK_MILLIS = 100;

  private final ExchangeConfig config;
  private final RankOf self;
  private final RunTls tls;
  private final InetAddress host;
  private final Selector selector;
  private final ServerSocketChannel server;
  private final PendingConnections pending;
  private final Peer[] peers;
  private List<PeerAddress> addresses = List.of();
  private boolean handedOver;

  PeerConnector(ExchangeConfig config, RankOf self) {
    this.config = config;
    this.self = self;
    this.peers = new Peer[self.ranks()];
    this.tls = config.certificate().isNone() ? null : new RunTls(config.certificate());
    this.pending = new PendingConnections(config, self.ranks() + 64);
    this.host = ownAddress(config.host());
    try {
      selector = Selector.open();
      server = ServerSocketChannel.open();
      server.configureBlocking(false);
      server.bind(new InetSocketAddress(host, 0), self.ranks() + 64);
      server.register(selector, SelectionKey.OP_ACCEPT);
    } catch (IOException e) {
      throw cannotListen(config.host() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Blocks until every other rank is connected and has proved the secret; returns them in rank
   * order.
   */
  List<Peer> connectAll(Rendezvous rendezvous) {
    try {
      List<String> lines = rendezvous.exchange(PeerAddress.line(config, port()));
      addresses = PeerAddress.read(config, self, lines);
      for (int rank = 0; rank < self.rank(); rank++) {
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
    return addresses.get(self.rank()).toString();
  }

  @Override
  public void close() {
    pending.closeAll();
    try {
      server.close();
      if (handedOver) {
        // Only a selection releases the sockets that were closed under the selector.
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
      PeerAddress address = addresses.get(rank);
      if (channel.connect(new InetSocketAddress(address.host(), address.port()))) {
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
          doing(), "rank " + self.rank() + " was interrupted: its task is being stopped", null);
    }
    for (SelectionKey key : selector.selectedKeys()) {
      if (key.isValid()) {
        serve(key);
      }
    }
    selector.selectedKeys().clear();
    pending.dropLate();
    if (System.nanoTime() - deadline > 0 && missing() >= 0) {
      int rank = missing();
      throw PeerLost.because(
          doing(),
          "rank %d at %s is missing: not connected after %d ms (expected sooner)"
              .formatted(rank, addresses.get(rank), config.exchangeTimeout().toMillis()),
          null);
    }
  }

  private void serve(SelectionKey key) throws IOException {
    if (key.isAcceptable()) {
      accept();
    } else if (key.attachment() instanceof Connecting connecting) {
      finishConnecting(key, connecting.rank());
    } else {
      shakeHands(key, (Handshake) key.attachment());
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
    key.attach(Handshake.accepting(wire, config, self, rank -> peers[rank] == null));
    pending.add(key);
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
    Handshake handshake = Handshake.connecting(wire, config, self, rank);
    key.attach(handshake);
    shakeHands(key, handshake);
  }

  private void shakeHands(SelectionKey key, Handshake handshake) throws IOException {
    try {
      if (handshake.advance()) {
        addPeer(key, handshake);
        return;
      }
      key.interestOps(
          handshake.wantsToWrite()
              ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
              : SelectionKey.OP_READ);
    } catch (IOException | ProtocolError e) {
      if (!pending.drop(key, e.getMessage())) {
        throw refused(handshake.peer(), e);
      }
    }
  }

  private void addPeer(SelectionKey key, Handshake handshake) {
    int rank = handshake.peer();
    if (peers[rank] != null) {
      throw new ProtocolError("introduced itself as rank " + rank + ", which is already here");
    }
    pending.admit(key);
    key.interestOps(0);
    peers[rank] = new Peer(rank, addresses.get(rank).toString(), handshake.wire(), key);
    key.attach(peers[rank]);
  }

  private Wire wire(SocketChannel channel, boolean connecting) {
    if (tls == null) {
      return new PlainWire(channel);
    }
    int room = Math.min(TLS_ROOM_PER_PEER, TLS_ROOM / self.ranks());
    return new TlsWire(channel, connecting ? tls.connecting() : tls.accepting(), room);
  }

  /** The first rank that is not connected, or -1. */
  private int missing() {
    for (int rank = 0; rank < peers.length; rank++) {
      if (rank != self.rank() && peers[rank] == null) {
        return rank;
      }
    }
    return -1;
  }

  private PeerLost unreachable(int rank, Exception cause) {
    return PeerLost.because(
        doing(),
        "rank %d at %s cannot be reached: %s (expected it to listen)"
            .formatted(rank, addresses.get(rank), cause.getMessage()),
        cause);
  }

  private PeerLost refused(int rank, Exception cause) {
    return PeerLost.because(
        doing(),
        "rank %d at %s did not introduce itself: it %s (expected a rank of this run and generation)"
            .formatted(rank, addresses.get(rank), cause.getMessage()),
        cause);
  }

  private String doing() {
    return "join generation " + config.generation();
  }
}
