package org.sparklora.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An S3 address that hands everything on to the real one; while it refuses, it drops the
 * connections that are open and answers new ones with 503 and 500 in turn.
 */
public final class FaultyEndpoint implements AutoCloseable {
  private static final int DRAIN_MILLIS = 1_000;

  private final URI behind;
  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile boolean refusing;

  private FaultyEndpoint(URI behind, ServerSocket server) {
    this.behind = behind;
    this.server = server;
  }

  public static FaultyEndpoint before(URI behind) {
    try {
      FaultyEndpoint endpoint =
          new FaultyEndpoint(behind, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
      endpoint.thread(endpoint::accept);
      return endpoint;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  public void refuse() {
    refusing = true;
    open.forEach(FaultyEndpoint::drop);
  }

  public void passOn() {
    refusing = false;
  }

  /** Requests that were answered with 500 or 503 so far. */
  public int refused() {
    return refused.get();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    open.forEach(FaultyEndpoint::drop);
  }

  private void accept() throws IOException {
    while (!server.isClosed()) {
      Socket client = server.accept();
      thread(() -> serve(client));
    }
  }

  private void serve(Socket client) throws IOException {
    try (client) {
      if (refusing) {
        answerRefusal(client);
      } else {
        handOn(client);
      }
    }
  }

  private void handOn(Socket client) throws IOException {
    try (Socket real = new Socket(behind.getHost(), behind.getPort())) {
      open.add(client);
      open.add(real);
      thread(() -> copy(client, real));
      copy(real, client);
    } finally {
      open.remove(client);
    }
  }

  /** One side's end is passed on, so that the other can finish. */
  private void copy(Socket from, Socket to) throws IOException {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } finally {
      open.remove(from);
    }
  }

  private void answerRefusal(Socket client) throws IOException {
    boolean slowDown = refused.incrementAndGet() % 2 == 1;
    boolean head = head(client.getInputStream()).startsWith("HEAD ");
    String body =
        "<Error><Code>%s</Code><Message>a planted fault</Message></Error>"
            .formatted(slowDown ? "SlowDown" : "InternalError");
    String answer =
        "HTTP/1.1 %s\r\nContent-Type: application/xml\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
            .formatted(
                slowDown ? "503 Slow Down" : "500 Internal Server Error",
                body.length(),
                head ? "" : body);
    client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
    client.shutdownOutput();
    // Closing with unread input would reset the connection and lose the answer.
    client.setSoTimeout(DRAIN_MILLIS);
    client.getInputStream().transferTo(OutputStream.nullOutputStream());
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      head.append((char) c);
      if (head.indexOf("\r\n\r\n", head.length() - 4) >= 0) {
        break;
      }
    }
    return head.toString();
  }

  private static void drop(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private void thread(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException expected) {
                // A connection that ended: what this class is for.
              }
            },
            "faulty-endpoint");
    thread.setDaemon(true);
    thread.start();
  }
}
