package org.sparklora.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** As much of a Kubernetes API server as a submission needs: what is posted is kept, and exists. */
final class KubernetesStub implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final List<JsonNode> posted = new ArrayList<>();

  KubernetesStub() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  /** As {@code --master} names it. */
  String master() {
    return "k8s://http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What was posted of this kind and has this part. */
  synchronized JsonNode posted(String kind, String part) {
    return posted.stream()
        .filter(p -> p.path("kind").asText().equals(kind) && p.toString().contains(part))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind + " among " + posted));
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    JsonNode node = JSON.createObjectNode().put("kind", "Status").put("status", "Success");
    int status = 200;
    if (body.length > 0 && !exchange.getRequestMethod().equals("DELETE")) {
      JsonNode sent = JSON.readTree(body);
      posted.add(sent);
      node = sent.deepCopy();
      node.withObject("/metadata").put("uid", UUID.randomUUID().toString());
      status = exchange.getRequestMethod().equals("POST") ? 201 : 200;
    } else if (exchange.getRequestMethod().equals("GET")) {
      status = 404;
    }
    byte[] answer = JSON.writeValueAsString(node).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
