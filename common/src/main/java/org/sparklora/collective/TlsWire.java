package org.sparklora.collective;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;

/**
 * TLS over a non-blocking socket. The handshake, and a later change of keys, happen inside {@link
 * #read} and {@link #write}.
 */
final class TlsWire implements Wire {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SocketChannel channel;
  private final SSLEngine engine;
  private final int record;
  // What has arrived and is not decrypted; between calls from position to limit.
  private final ByteBuffer netIn;
  // What is encrypted and not sent; between calls from 0 to position.
  private final ByteBuffer netOut;
  // One record's text for readers with little room; from position to limit.
  private final ByteBuffer plain;
  private boolean ended;

  /**
   * @param room bytes to buffer in each direction; at least two records are taken
   */
  TlsWire(SocketChannel channel, SSLEngine engine, int room) {
    this.channel = channel;
    this.engine = engine;
    this.record = engine.getSession().getApplicationBufferSize();
    int packet = engine.getSession().getPacketBufferSize();
    int size = Math.max(room, 2 * packet);
    this.netIn = ByteBuffer.allocate(size).limit(0);
    this.netOut = ByteBuffer.allocate(size);
    this.plain = ByteBuffer.allocate(record).limit(0);
  }

  @Override
  public SocketChannel channel() {
    return channel;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int before = into.position();
    negotiate();
    while (into.hasRemaining()) {
      if (plain.hasRemaining()) {
        copyPlain(into);
      } else if (decryptRecord(into)) {
        negotiate();
      } else {
        break;
      }
    }
    int count = into.position() - before;
    return count == 0 && ended ? -1 : count;
  }

  @Override
  public void write(ByteBuffer from) throws IOException {
    negotiate();
    while (from.hasRemaining() && !awaitsInput() && encryptRecord(from)) {
      negotiate();
    }
    if (ended && from.hasRemaining()) {
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
    if (netOut.position() > 0) {
      netOut.flip();
      channel.write(netOut);
      netOut.compact();
    }
    return netOut.position() == 0;
  }

  @Override
  public boolean holdsInput() {
    return plain.hasRemaining() || netIn.hasRemaining();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Takes the engine's own steps as far as the connection allows. */
  private void negotiate() throws IOException {
    boolean goesOn = true;
    while (goesOn) {
      goesOn =
          switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> runTasks();
            case NEED_WRAP -> encryptRecord(NOTHING);
            case NEED_UNWRAP -> !plain.hasRemaining() && decryptAside();
            default -> false;
          };
    }
    flush();
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
  private boolean encryptRecord(ByteBuffer from) throws IOException {
    if (netOut.remaining() < engine.getSession().getPacketBufferSize()) {
      flush();
    }
    SSLEngineResult result = engine.wrap(from, netOut);
    if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
      throw new IOException("the encrypted connection is closed");
    }
    return result.bytesProduced() > 0;
  }

  /** Into the reader's own buffer where a whole record fits; false if none is there. */
  private boolean decryptRecord(ByteBuffer into) throws IOException {
    return into.remaining() >= record ? decrypt(into) : decryptAside();
  }

  private boolean decryptAside() throws IOException {
    boolean progress = decrypt(plain.clear());
    plain.flip();
    return progress;
  }

  private boolean decrypt(ByteBuffer into) throws IOException {
    SSLEngineResult result = engine.unwrap(netIn, into);
    if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
      ended = true;
      return false;
    }
    if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
      return receive();
    }
    return result.bytesConsumed() > 0;
  }

  private boolean receive() throws IOException {
    netIn.compact();
    int count = channel.read(netIn);
    netIn.flip();
    ended |= count < 0;
    return count > 0;
  }

  private void copyPlain(ByteBuffer into) {
    int count = Math.min(plain.remaining(), into.remaining());
    into.put(into.position(), plain, plain.position(), count);
    into.position(into.position() + count);
    plain.position(plain.position() + count);
  }
}
