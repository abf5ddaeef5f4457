package org.sparklora.collective;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;

/**
 * TLS over a non-blocking socket. The handshake, and a later change of keys, happen inside {@link
 * #read} and {@link #write}. Many records go to the socket with one call.
 */
final class TlsWire implements Wire {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SocketChannel channel;
  private final SSLEngine engine;
  // What has arrived and is not decrypted; between calls from position to limit.
  private final ByteBuffer netIn;
  // What is encrypted: from 0 to position while records are added, then from position to limit
  // until the socket has taken them all.
  private final ByteBuffer netOut;
  private boolean draining;
  // One record's plaintext for readers with little room; from position to limit.
  private final ByteBuffer plain;
  private boolean ended;

  /**
   * @param room bytes to buffer in each direction; at least two records are taken
   */
  TlsWire(SocketChannel channel, SSLEngine engine, int room) {
    this.channel = channel;
    this.engine = engine;
    int packet = engine.getSession().getPacketBufferSize();
    int size = Math.max(room, 2 * packet);
    this.netIn = ByteBuffer.allocate(size).limit(0);
    this.netOut = ByteBuffer.allocate(size);
    this.plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
  }

  @Override
  public long read(ByteBuffer... into) throws IOException {
    long before = remaining(into);
    negotiate();
    while (remaining(into) > 0) {
      if (plain.hasRemaining()) {
        copyPlain(into);
      } else if (decrypt(into)) {
        negotiate();
      } else {
        break;
      }
    }
    long count = before - remaining(into);
    return count == 0 && ended ? -1 : count;
  }

  @Override
  public void write(ByteBuffer... from) throws IOException {
    negotiate();
    while (remaining(from) > 0 && !awaitsInput() && encryptRecord(from)) {
      negotiate();
    }
    if (ended && remaining(from) > 0) {
      throw new EOFException("closed the encrypted connection");
    }
    flush();
  }

  @Override
  public boolean awaitsInput() {
    return engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_UNWRAP;
  }

  @Override
  public boolean flush() throws IOException {
    if (!draining) {
      netOut.flip();
      draining = true;
    }
    if (netOut.hasRemaining()) {
      channel.write(netOut);
    }
    if (netOut.hasRemaining()) {
      return false;
    }
    netOut.clear();
    draining = false;
    return true;
  }

  @Override
  public boolean holdsInput() {
    return plain.hasRemaining() || netIn.hasRemaining();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Runs the engine's own steps as far as the connection allows. */
  private void negotiate() throws IOException {
    boolean goesOn = true;
    boolean spoke = false;
    while (goesOn) {
      SSLEngineResult.HandshakeStatus status = engine.getHandshakeStatus();
      goesOn =
          switch (status) {
            case NEED_TASK -> runTasks();
            case NEED_WRAP -> encryptRecord(NOTHING);
            case NEED_UNWRAP -> !plain.hasRemaining() && decryptAside();
            default -> false;
          };
      spoke |= status == SSLEngineResult.HandshakeStatus.NEED_WRAP;
    }
    if (spoke) {
      flush();
    }
  }

  private boolean runTasks() {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
    return true;
  }

  /** False if there is no room or the handshake needs input first. */
  private boolean encryptRecord(ByteBuffer... from) throws IOException {
    boolean full = draining || netOut.remaining() < engine.getSession().getPacketBufferSize();
    if (full && !flush()) {
      return false;
    }
    SSLEngineResult result = engine.wrap(from, netOut);
    if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
      throw new IOException("the encrypted connection is closed");
    }
    return result.bytesProduced() > 0;
  }

  private boolean decryptAside() throws IOException {
    boolean progress = decrypt(plain.clear());
    plain.flip();
    return progress;
  }

  /** Into the reader's own buffers where the whole record fits; false if there is no record. */
  private boolean decrypt(ByteBuffer... into) throws IOException {
    SSLEngineResult result = engine.unwrap(netIn, into);
    return switch (result.getStatus()) {
      case BUFFER_OVERFLOW -> decryptAside();
      case BUFFER_UNDERFLOW -> receive();
      case CLOSED -> {
        ended = true;
        yield false;
      }
      case OK -> result.bytesConsumed() > 0;
    };
  }

  private boolean receive() throws IOException {
    netIn.compact();
    int count = channel.read(netIn);
    netIn.flip();
    ended |= count < 0;
    return count > 0;
  }

  private void copyPlain(ByteBuffer... into) {
    for (ByteBuffer to : into) {
      int count = Math.min(plain.remaining(), to.remaining());
      to.put(to.position(), plain, plain.position(), count);
      to.position(to.position() + count);
      plain.position(plain.position() + count);
    }
  }

  private static long remaining(ByteBuffer... buffers) {
    long sum = 0;
    for (ByteBuffer buffer : buffers) {
      sum += buffer.remaining();
    }
    return sum;
  }
}
