package org.sparklora.collective;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A wire tap: forwards one connection to its real end and keeps all bytes of both directions. */
final class Tap implements AutoCloseable {
  private final ServerSocket server;
  private final InetSocketAddress target;
  private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

  private Tap(ServerSocket server, InetSocketAddress target) {
    this.server = server;
    this.target = target;
  }

  static Tap before(InetSocketAddress target) {
    try {
      Tap tap = new Tap(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()), target);
      tap.background(tap::serve);
      return tap;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  int port() {
    return server.getLocalPort();
  }

  synchronized byte[] heard() {
    return heard.toByteArray();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void serve() throws IOException {
    Socket near = server.accept();
    Socket far = new Socket(target.getAddress(), target.getPort());
    background(() -> forward(near, far));
    background(() -> forward(far, near));
  }

  private void forward(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[1 << 16];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        synchronized (this) {
          heard.write(buffer, 0, count);
        }
        out.write(buffer, 0, count);
      }
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private void background(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // The ends have closed.
                Thread.currentThread().interrupt();
              }
            },
            "tap");
    thread.setDaemon(true);
    thread.start();
  }
}
