package org.sparklora.collective;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** A peer that proves the secret and from then on sends exactly what the test says. */
final class ScriptedPeer implements AutoCloseable {
  private final SocketChannel channel;

  private ScriptedPeer(SocketChannel channel) {
    this.channel = channel;
  }

  static ScriptedPeer shakeHands(WaitingRank zero, ExchangeConfig config, RankOf self) {
    SocketChannel channel = zero.connect();
    shakeHands(channel, config, self);
    return new ScriptedPeer(channel);
  }

  /**
   * @throws ProtocolError or IllegalStateException if rank 0 refuses
   */
  static void shakeHands(SocketChannel channel, ExchangeConfig config, RankOf self) {
    try (Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ);
      Handshake handshake = Handshake.connecting(new PlainWire(channel), config, self, 0);
      long deadline = System.nanoTime() + 30_000_000_000L;
      while (!handshake.advance()) {
        if (System.nanoTime() - deadline > 0) {
          throw new IllegalStateException("no answer");
        }
        selector.select(100);
        selector.selectedKeys().clear();
      }
    } catch (IOException e) {
      throw new IllegalStateException("refused: " + e.getMessage(), e);
    }
  }

  /** Reads frames until one of that type begins. */
  void await(FrameType type) {
    FrameHeader header = new FrameHeader(FrameType.HEARTBEAT, 0, 0, 0);
    while (header.type() != type) {
      header = FrameHeader.read(read(FrameHeader.BYTES));
      read(header.length());
    }
  }

  private ByteBuffer read(int bytes) {
    ByteBuffer rest = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    try {
      while (rest.hasRemaining()) {
        if (channel.read(rest) < 0) {
          throw new IllegalStateException("rank 0 has closed the connection");
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("rank 0 has closed the connection", e);
    }
    return rest.flip();
  }

  void send(FrameHeader header, byte[] payload) {
    ByteBuffer frame =
        ByteBuffer.allocate(FrameHeader.BYTES + payload.length).order(ByteOrder.LITTLE_ENDIAN);
    header.write(frame);
    sendRaw(frame.put(payload).array());
  }

  void sendRaw(byte[] bytes) {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    try {
      while (rest.hasRemaining()) {
        if (channel.write(rest) == 0) {
          Thread.onSpinWait();
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("rank 0 has closed the connection", e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException("closing failed", e);
    }
  }
}
