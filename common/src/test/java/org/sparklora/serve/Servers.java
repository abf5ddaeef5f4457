package org.sparklora.serve;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.sparklora.answer.Answering;
import org.sparklora.answer.Answerings;

/** A server over a fixture's model, on a free port. */
final class Servers implements AutoCloseable {
  static final String BASE = "qwen2";
  static final String FORM = "--prompt_format=<{prompt}>";
  static final int MAX_BODY = 10_000;

  final Answering answering;
  final AnswerServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  private Servers(Answering answering, String key) {
    this.answering = answering;
    ServeConfig config =
        new ServeConfig(
            answering.setup(),
            "127.0.0.1",
            0,
            "",
            List.of("models.example"),
            MAX_BODY,
            Duration.ofSeconds(5));
    this.server = AnswerServer.start(answering, config, BASE, key);
  }

  static Servers of(String key, int queue, String... flags) {
    return new Servers(Answerings.of("qwen2", queue, flags), key);
  }

  static Servers withAdapters(String... flags) {
    String[] all = new String[flags.length + 3];
    System.arraycopy(flags, 0, all, 3, flags.length);
    all[0] = Answerings.adapter("a", "qwen2", "adapter");
    all[1] = Answerings.adapter("b", "qwen2", "train_final");
    all[2] = FORM;
    return of("", 64, all);
  }

  URI uri(String path) {
    return URI.create(server.url()).resolve(path);
  }

  HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(uri(path)));
  }

  HttpResponse<String> post(String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.close();
    answering.close();
  }
}
