package org.sparklora.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A request and its answer, for the thread that serves it. */
final class Exchange implements AutoCloseable {
  /** Of a body that is too large so much is read all the same, so that its client hears of it. */
  private static final long MOST_DRAINED = 64L << 20;

  private final HttpExchange http;
  private OutputStream stream;
  private int status;

  Exchange(HttpExchange http) {
    this.http = http;
  }

  HttpExchange http() {
    return http;
  }

  String path() {
    return http.getRequestURI().getPath();
  }

  /** 0 before anything was sent. */
  int status() {
    return status;
  }

  /** HEAD is a GET of which only the head is wanted. */
  void require(String method) {
    boolean isHead = isHead() && method.equals("GET");
    if (!isHead && !http.getRequestMethod().equals(method)) {
      http.getResponseHeaders().set("Allow", method);
      throw ApiError.of(405, "This path takes %s only.".formatted(method), "method_not_allowed");
    }
  }

  byte[] body(int most) throws IOException {
    InputStream in = http.getRequestBody();
    byte[] body = in.readNBytes(most);
    if (body.length < most || in.read() < 0) {
      return body;
    }
    byte[] rest = new byte[1 << 16];
    long drained = 0;
    for (int n = in.read(rest); n >= 0 && drained < MOST_DRAINED; n = in.read(rest)) {
      drained += n;
    }
    throw ApiError.of(
        413, "The body is larger than %d bytes.".formatted(most), "request_too_large");
  }

  void send(int code, JsonNode json) throws IOException {
    send(code, "application/json", json.toString().getBytes(StandardCharsets.UTF_8));
  }

  void send(int code, String type, byte[] bytes) throws IOException {
    status = code;
    http.getResponseHeaders().set("Content-Type", type);
    http.getResponseHeaders().set("Cache-Control", "no-store");
    http.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    if (isHead()) {
      http.getResponseHeaders().set("Content-Length", String.valueOf(bytes.length));
      http.sendResponseHeaders(code, -1);
      return;
    }
    http.sendResponseHeaders(code, bytes.length);
    try (OutputStream out = http.getResponseBody()) {
      out.write(bytes);
    }
  }

  private boolean isHead() {
    return http.getRequestMethod().equals("HEAD");
  }

  /** Begins an answer of unknown length. */
  void begin(String type) throws IOException {
    status = 200;
    http.getResponseHeaders().set("Content-Type", type);
    http.getResponseHeaders().set("Cache-Control", "no-store");
    http.getResponseHeaders().set("X-Accel-Buffering", "no");
    http.sendResponseHeaders(status, 0);
    stream = http.getResponseBody();
  }

  boolean hasBegun() {
    return stream != null;
  }

  /** Sends at once; fails once the client has left, at the latest at the next but one. */
  void write(String text) throws IOException {
    stream.write(text.getBytes(StandardCharsets.UTF_8));
    stream.flush();
  }

  void event(JsonNode json) throws IOException {
    write("data: " + json + "\n\n");
  }

  /** Ends what was begun as a whole. */
  void end() throws IOException {
    stream.close();
  }

  @Override
  public void close() {
    http.close();
  }
}
