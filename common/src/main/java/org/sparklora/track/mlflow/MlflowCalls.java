package org.sparklora.track.mlflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** The REST calls of an MLflow server, one after another. */
final class MlflowCalls {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
  private static final int LONGEST_ANSWER = 16 << 20;
  private static final int LONGEST_WORDS = 300;
  private static final int FIRST_FAILURE = 300;

  private final String server;
  private final Optional<String> authorization;
  private final HttpClient client;

  /**
   * @param server {@code http://…} without a slash at its end
   * @param authorization the header's value
   */
  MlflowCalls(String server, Optional<String> authorization) {
    this.server = server;
    this.authorization = authorization;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .build();
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** GET with parameters as names and values. */
  JsonNode get(String path, String... parameters) throws IOException {
    StringBuilder query = new StringBuilder();
    for (int i = 0; i < parameters.length; i += 2) {
      query.append(i == 0 ? '?' : '&').append(parameters[i]).append('=');
      query.append(URLEncoder.encode(parameters[i + 1], UTF_8).replace("+", "%20"));
    }
    return answer(request("/api/2.0/mlflow/" + path + query).GET());
  }

  JsonNode post(String path, ObjectNode body) throws IOException {
    return answer(
        request("/api/2.0/mlflow/" + path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString())));
  }

  /** Uploads a file by way of the server. */
  void putArtifact(String path, byte[] content) throws IOException {
    answer(
        request("/api/2.0/mlflow-artifacts/artifacts/" + path)
            .header("Content-Type", "application/octet-stream")
            .PUT(BodyPublishers.ofByteArray(content)));
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server + path)).timeout(ANSWER_LIMIT);
    authorization.ifPresent(value -> request.header("Authorization", value));
    return request;
  }

  private JsonNode answer(HttpRequest.Builder request) throws IOException {
    try {
      HttpResponse<InputStream> response =
          client.send(request.build(), BodyHandlers.ofInputStream());
      String body;
      try (InputStream in = response.body()) {
        body = new String(in.readNBytes(LONGEST_ANSWER), UTF_8);
      }
      if (response.statusCode() >= FIRST_FAILURE) {
        throw refusal(response.statusCode(), body);
      }
      return body.isBlank() ? object() : JSON.readTree(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static MlflowAnswer refusal(int status, String body) {
    try {
      JsonNode said = JSON.readTree(body);
      return new MlflowAnswer(
          status, said.path("error_code").asText(), cut(said.path("message").asText()));
    } catch (IOException noJson) {
      return new MlflowAnswer(status, "", cut(body));
    }
  }

  private static String cut(String words) {
    return words.length() <= LONGEST_WORDS ? words : words.substring(0, LONGEST_WORDS);
  }
}
