package org.sparklora.collective;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What the network alone takes: one blocking connection for each pair of ranks, a thread per
 * direction, the same small buffer again and again.
 */
final class PlainCopy implements AutoCloseable {
  private static final int BUFFER_BYTES = 256 << 10;

  private final List<SocketChannel> peers = new ArrayList<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "plain-copy");
            thread.setDaemon(true);
            return thread;
          });

  private PlainCopy() {}

  static PlainCopy connect(int rank, int ranks, Rendezvous rendezvous) {
    PlainCopy copy = new PlainCopy();
    InetAddress here = InetAddress.getLoopbackAddress();
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(here, 0), ranks);
      int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
      List<String> ports = rendezvous.exchange(Integer.toString(port));
      for (int peer = 0; peer < rank; peer++) {
        int target = Integer.parseInt(ports.get(peer));
        copy.peers.add(SocketChannel.open(new InetSocketAddress(here, target)));
      }
      for (int peer = rank + 1; peer < ranks; peer++) {
        copy.peers.add(server.accept());
      }
      return copy;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends so many bytes to every peer and receives as many from each, all at the same time. */
  void exchange(long bytesPerPeer) {
    List<Future<?>> ends = new ArrayList<>();
    for (SocketChannel peer : peers) {
      ends.add(threads.submit(() -> send(peer, bytesPerPeer)));
      ends.add(threads.submit(() -> receive(peer, bytesPerPeer)));
    }
    for (Future<?> end : ends) {
      try {
        end.get();
      } catch (InterruptedException | ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    for (SocketChannel peer : peers) {
      try {
        peer.close();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static Void send(SocketChannel peer, long bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    for (long left = bytes; left > 0; ) {
      buffer.clear().limit((int) Math.min(left, BUFFER_BYTES));
      left -= peer.write(buffer);
    }
    return null;
  }

  private static Void receive(SocketChannel peer, long bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    for (long left = bytes; left > 0; ) {
      buffer.clear().limit((int) Math.min(left, BUFFER_BYTES));
      int count = peer.read(buffer);
      if (count < 0) {
        throw new EOFException();
      }
      left -= count;
    }
    return null;
  }
}
