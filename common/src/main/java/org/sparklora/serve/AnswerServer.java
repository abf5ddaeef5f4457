package org.sparklora.serve;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.answer.Answering;
import org.sparklora.answer.BusyRefusal;

/** The HTTP server over an {@link Answering}, which stays the caller's. */
public final class AnswerServer implements AutoCloseable {
  private static final Log LOG = Log.of(AnswerServer.class);

  /** Threads beside those that wait for answers: for health, metrics, the page, slow clients. */
  private static final int MORE_THREADS = 32;

  private static final String MODEL = "/v1/models/";

  private final Answering answering;
  private final ServeConfig config;
  private final HttpServer http;
  private final ExecutorService threads;
  private final Doorkeeper door;
  private final ModelNames names;
  private final RequestReader reader;
  private final Metrics metrics = new Metrics();
  private final AnswerCalls calls;
  private final Page page = Page.read();
  private volatile boolean stopping;

  private AnswerServer(Answering answering, ServeConfig config, String base, String key)
      throws IOException {
    this.answering = answering;
    this.config = config;
    InetAddress address = InetAddress.getByName(config.host());
    this.door = new Doorkeeper(address, names(config), key);
    this.names = new ModelNames(answering, base, Instant.now().getEpochSecond());
    this.reader = new RequestReader(answering, names);
    this.calls = new AnswerCalls(answering, metrics);
    int most =
        answering.setup().generation().batchSize() + answering.setup().queueLimit() + MORE_THREADS;
    this.threads = Executors.newFixedThreadPool(most, AnswerServer::daemon);
    this.http = HttpServer.create(new InetSocketAddress(address, config.port()), 0);
    http.createContext("/", this::handle);
    http.setExecutor(threads);
  }

  /**
   * Starts to listen.
   *
   * @param base the base as clients name it
   * @param key that clients have to give; empty for none
   * @throws Failure where the address cannot be listened at
   */
  public static AnswerServer start(
      Answering answering, ServeConfig config, String base, String key) {
    // Read when the first server is made: pieces are small and wanted at once, requests have a
    // limit.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.maxReqTime", "60");
    try {
      AnswerServer server = new AnswerServer(answering, config, base, key);
      server.http.start();
      return server;
    } catch (IOException e) {
      throw new Failure(
          ExitCode.CLUSTER,
          "Cannot serve, the address cannot be listened at: %s:%d, %s (expected a free one of this machine). Change --host or --port."
              .formatted(config.host(), config.port(), e.getMessage()),
          e);
    }
  }

  /** Where it listens. */
  public String url() {
    InetSocketAddress address = http.getAddress();
    String host = address.getAddress().getHostAddress();
    return "http://%s:%d/"
        .formatted(host.contains(":") ? "[" + host + "]" : host, address.getPort());
  }

  /** Refuses new questions and waits for answers that are under way, at most so long. */
  public void finish(Duration limit) throws InterruptedException {
    stopping = true;
    answering.finish(limit);
  }

  @Override
  public void close() {
    http.stop(1);
    threads.shutdown();
  }

  private void handle(HttpExchange request) {
    try (Exchange exchange = new Exchange(request)) {
      try {
        guarded(exchange);
      } catch (IOException e) {
        LOG.debug("A client left: {}", e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        metrics.request(known(exchange.path()), exchange.status());
      }
    } catch (RuntimeException e) {
      LOG.error("A request ended by a defect", e);
    }
  }

  private void guarded(Exchange exchange) throws IOException, InterruptedException {
    try {
      door.checkHost(exchange.http().getRequestHeaders());
      route(exchange);
    } catch (ApiError error) {
      refuse(exchange, error);
    } catch (BusyRefusal busy) {
      int status = stopping ? 503 : 429;
      exchange.http().getResponseHeaders().set("Retry-After", "1");
      refuse(exchange, ApiError.of(status, busy.getMessage(), stopping ? "stopping" : "busy"));
    } catch (Failure failure) {
      boolean theirs = failure.exitCode() == ExitCode.USAGE || failure.exitCode() == ExitCode.INPUT;
      LOG.warn("A request was not answered: {}", failure.exitCode());
      refuse(exchange, ApiError.of(theirs ? 400 : 500, failure.getMessage(), "not_answered"));
    }
  }

  private static void refuse(Exchange exchange, ApiError error) throws IOException {
    if (!exchange.hasBegun()) {
      exchange.send(error.status(), error.json());
    }
  }

  private void route(Exchange exchange) throws IOException, InterruptedException {
    switch (exchange.path()) {
      case "/", "/index.html" -> page(exchange);
      case "/health" -> health(exchange);
      case "/metrics" -> metrics(exchange);
      case "/v1/models" -> models(exchange);
      case "/v1/chat/completions" -> answer(exchange, true);
      case "/v1/completions" -> answer(exchange, false);
      default -> other(exchange);
    }
  }

  private void page(Exchange exchange) throws IOException {
    exchange.require("GET");
    exchange.http().getResponseHeaders().set("Content-Security-Policy", page.policy());
    exchange.http().getResponseHeaders().set("Referrer-Policy", "no-referrer");
    exchange.send(200, "text/html; charset=utf-8", page.bytes());
  }

  private void health(Exchange exchange) throws IOException {
    boolean well = !stopping && answering.broken().isEmpty();
    exchange.send(
        well ? 200 : 503,
        JsonNodeFactory.instance
            .objectNode()
            .put("status", well ? "ok" : stopping ? "stopping" : "broken"));
  }

  private void metrics(Exchange exchange) throws IOException {
    door.checkKey(exchange.http().getRequestHeaders());
    exchange.send(
        200,
        "text/plain; version=0.0.4; charset=utf-8",
        metrics.text(answering).getBytes(StandardCharsets.UTF_8));
  }

  private void models(Exchange exchange) throws IOException {
    door.checkKey(exchange.http().getRequestHeaders());
    exchange.require("GET");
    exchange.send(200, names.json());
  }

  private void other(Exchange exchange) throws IOException {
    if (!exchange.path().startsWith(MODEL)) {
      throw ApiError.of(404, "There is nothing at this path.", "not_found");
    }
    door.checkKey(exchange.http().getRequestHeaders());
    exchange.require("GET");
    exchange.send(200, names.json(exchange.path().substring(MODEL.length())));
  }

  private void answer(Exchange exchange, boolean chat) throws IOException, InterruptedException {
    door.checkKey(exchange.http().getRequestHeaders());
    exchange.require("POST");
    byte[] body = exchange.body(config.maxBody());
    calls.answer(chat ? reader.chat(body) : reader.completion(body), exchange);
  }

  private static String known(String path) {
    return Set.of(
                "/", "/health", "/metrics", "/v1/models", "/v1/chat/completions", "/v1/completions")
            .contains(path)
        ? path
        : "other";
  }

  private static Set<String> names(ServeConfig config) {
    Set<String> names = new HashSet<>();
    config.hosts().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    names.add(config.host().toLowerCase(Locale.ROOT));
    return names;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "request");
    thread.setDaemon(true);
    return thread;
  }
}
