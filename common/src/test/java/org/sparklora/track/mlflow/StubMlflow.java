package org.sparklora.track.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The part of an MLflow server that we call, with its rules, in memory. */
final class StubMlflow implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CALLS = "/api/2.0/mlflow/";
  private static final String FILES = "/api/2.0/mlflow-artifacts/artifacts/";

  final List<String> calls = new CopyOnWriteArrayList<>();
  final Map<String, String> experiments = new LinkedHashMap<>();
  final Map<String, ObjectNode> runs = new LinkedHashMap<>();
  final Map<String, List<String>> points = new TreeMap<>();
  final Map<String, byte[]> artifacts = new TreeMap<>();
  String authorization = "";
  volatile int refusedWith;
  volatile long delay;
  private final int port;
  private HttpServer server;
  private ExecutorService threads;

  StubMlflow() throws IOException {
    try (var free = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
  }

  String uri() {
    return "http://127.0.0.1:" + port;
  }

  StubMlflow start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
    threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
    return this;
  }

  /** Its memory stays, as a data base does. */
  void stop() {
    server.stop(0);
    threads.shutdownNow();
    server = null;
  }

  @Override
  public void close() {
    if (server != null) {
      stop();
    }
  }

  ObjectNode onlyRun() {
    synchronized (this) {
      if (runs.size() != 1) {
        throw new AssertionError("runs: " + runs.keySet());
      }
      return runs.values().iterator().next();
    }
  }

  synchronized List<String> pointsOf(String key) {
    return List.copyOf(points.getOrDefault(key, List.of()));
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    int status = 200;
    String answer;
    try {
      Thread.sleep(delay);
      answer = answer(exchange, body);
    } catch (Refusal refusal) {
      status = refusal.status;
      answer =
          JSON.createObjectNode().put("error_code", refusal.code).put("message", "No.").toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private synchronized String answer(HttpExchange exchange, byte[] body) throws IOException {
    String path = exchange.getRequestURI().getPath();
    calls.add(exchange.getRequestMethod() + " " + path);
    authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    if (refusedWith != 0) {
      throw new Refusal(refusedWith, "INTERNAL_ERROR");
    }
    if (path.startsWith(FILES)) {
      artifacts.put(path.substring(FILES.length()), body);
      return "{}";
    }
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    String given = query.substring(query.indexOf('=') + 1);
    JsonNode asked = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
    return switch (path.substring(CALLS.length())) {
      case "experiments/get-by-name" -> experiment(given);
      case "experiments/create" -> newExperiment(asked.path("name").asText());
      case "runs/search" -> search(asked.path("filter").asText());
      case "runs/create" -> newRun(asked);
      case "runs/get" -> JSON.createObjectNode().set("run", run(given)).toString();
      case "runs/log-batch" -> batch(asked);
      case "runs/update" -> update(asked);
      default -> throw new Refusal(404, "ENDPOINT_NOT_FOUND");
    };
  }

  private String experiment(String name) throws Refusal {
    if (!experiments.containsKey(name)) {
      throw new Refusal(404, "RESOURCE_DOES_NOT_EXIST");
    }
    ObjectNode node = JSON.createObjectNode();
    node.putObject("experiment").put("experiment_id", experiments.get(name));
    return node.toString();
  }

  private String newExperiment(String name) throws Refusal {
    if (experiments.containsKey(name)) {
      throw new Refusal(400, "RESOURCE_ALREADY_EXISTS");
    }
    experiments.put(name, "" + (experiments.size() + 1));
    return JSON.createObjectNode().put("experiment_id", experiments.get(name)).toString();
  }

  private String search(String filter) {
    String wanted = filter.substring(filter.indexOf("'") + 1, filter.length() - 1);
    ArrayNode found = JSON.createArrayNode();
    runs.values().stream()
        .filter(run -> run.path("data").path("tags").toString().contains(wanted))
        .forEach(found::add);
    return JSON.createObjectNode().set("runs", found).toString();
  }

  private String newRun(JsonNode asked) {
    String id = "run" + runs.size();
    ObjectNode run = JSON.createObjectNode();
    ObjectNode info = run.putObject("info");
    info.put("run_id", id)
        .put("status", "RUNNING")
        .put("run_name", asked.path("run_name").asText());
    info.put("artifact_uri", "mlflow-artifacts:/1/" + id + "/artifacts");
    ObjectNode data = run.putObject("data");
    data.putArray("metrics");
    data.putArray("params");
    data.set("tags", asked.path("tags"));
    runs.put(id, run);
    return JSON.createObjectNode().set("run", run).toString();
  }

  private ObjectNode run(String id) throws Refusal {
    if (!runs.containsKey(id)) {
      throw new Refusal(404, "RESOURCE_DOES_NOT_EXIST");
    }
    return runs.get(id);
  }

  private String batch(JsonNode asked) throws Refusal {
    ObjectNode run = run(asked.path("run_id").asText());
    if (asked.path("metrics").size() > 1000 || asked.path("params").size() > 100) {
      throw new Refusal(400, "INVALID_PARAMETER_VALUE");
    }
    ArrayNode params = (ArrayNode) run.path("data").path("params");
    for (JsonNode param : asked.path("params")) {
      for (JsonNode there : params) {
        if (there.path("key").equals(param.path("key")) && !there.equals(param)) {
          throw new Refusal(400, "INVALID_PARAMETER_VALUE");
        }
      }
      params.add(param);
    }
    asked.path("tags").forEach(((ArrayNode) run.path("data").path("tags"))::add);
    for (JsonNode point : asked.path("metrics")) {
      ((ArrayNode) run.path("data").path("metrics")).add(point);
      points
          .computeIfAbsent(point.path("key").asText(), key -> new ArrayList<>())
          .add(point.path("step").asText() + ":" + point.path("value").asText());
    }
    return "{}";
  }

  private String update(JsonNode asked) throws Refusal {
    ObjectNode info = (ObjectNode) run(asked.path("run_id").asText()).path("info");
    info.put("status", asked.path("status").asText());
    return "{}";
  }

  private static final class Refusal extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    Refusal(int status, String code) {
      this.status = status;
      this.code = code;
    }
  }
}
