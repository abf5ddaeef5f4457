package org.sparklora.collective;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** The bare socket. */
record PlainWire(SocketChannel channel) implements Wire {
  @Override
  public long read(ByteBuffer... into) throws IOException {
    return channel.read(into);
  }

  @Override
  public void write(ByteBuffer... from) throws IOException {
    channel.write(from);
  }

  @Override
  public boolean flush() {
    return true;
  }

  @Override
  public boolean holdsInput() {
    return false;
  }

  @Override
  public boolean awaitsInput() {
    return false;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
