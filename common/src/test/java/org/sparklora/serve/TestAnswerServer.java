package org.sparklora.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

/** HTTP over the fixtures' qwen2. */
class TestAnswerServer {
  private static final String CHAT = "/v1/chat/completions";
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void modelsAreTheBaseAndItsAdapters() {
    try (Servers servers = Servers.withAdapters()) {
      JsonNode data = json(servers.get("/v1/models")).path("data");
      assertEquals(List.of("qwen2", "a", "b"), data.findValuesAsText("id"));
      assertEquals(List.of("qwen2", "qwen2"), data.findValuesAsText("parent"));
      assertEquals(data.get(0), json(servers.get("/v1/models/qwen2")));
      assertEquals(data.get(1), json(servers.get("/v1/models/a")));
      assertEquals(404, servers.get("/v1/models/nobody").statusCode());
      assertEquals("{\"status\":\"ok\"}", servers.get("/health").body());
    }
  }

  @Test
  void aStreamIsTheAnswerInPiecesAndEndsWithItsUsage() {
    try (Servers servers = Servers.withAdapters()) {
      JsonNode whole = json(servers.post(CHAT, chat("a", "\"max_tokens\":4")));
      assertEquals("chat.completion", whole.path("object").asText());
      assertEquals("length", whole.at("/choices/0/finish_reason").asText());
      assertEquals(4, whole.at("/usage/completion_tokens").asInt());
      HttpResponse<String> reply =
          servers.post(
              CHAT,
              chat(
                  "a",
                  "\"max_tokens\":4,\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
      assertTrue(
          reply.headers().firstValue("content-type").orElse("").startsWith("text/event-stream"));
      List<JsonNode> events = events(reply.body());
      assertTrue(reply.body().endsWith("data: [DONE]\n\n"));
      assertEquals("assistant", events.get(0).at("/choices/0/delta/role").asText());
      assertEquals(whole.at("/choices/0/message/content").asText(), joined(events));
      JsonNode last = events.get(events.size() - 1);
      assertEquals(0, last.path("choices").size());
      assertEquals(whole.path("usage"), last.path("usage"));
      assertEquals("length", events.get(events.size() - 2).at("/choices/0/finish_reason").asText());
    }
  }

  @Test
  void requestsOfDifferentMixesAtOnceAnswerAsEachAlone() {
    try (Servers servers = Servers.withAdapters()) {
      List<String> bodies =
          List.of(
              chat("qwen2", "\"max_tokens\":16"),
              chat("a", "\"max_tokens\":16"),
              chat("b", "\"max_tokens\":16"),
              chat(
                  "a",
                  "\"max_tokens\":16,\"lora\":[{\"id\":\"a\",\"scale\":0.5},{\"id\":\"b\",\"scale\":-2}]"),
              chat("a", "\"max_tokens\":16,\"lora\":[]"));
      List<String> alone = bodies.stream().map(body -> content(servers.post(CHAT, body))).toList();
      List<CompletableFuture<String>> futures =
          bodies.stream()
              .map(b -> CompletableFuture.supplyAsync(() -> content(servers.post(CHAT, b))))
              .toList();
      assertEquals(alone, futures.stream().map(CompletableFuture::join).toList());
      assertEquals(alone.get(0), alone.get(4));
      assertNotEquals(alone.get(0), alone.get(1));
    }
  }

  @Test
  void aTextIsContinuedAsItIs() {
    try (Servers servers = Servers.withAdapters()) {
      JsonNode reply =
          json(
              servers.post(
                  "/v1/completions", "{\"prompt\":\"<one>\",\"max_tokens\":5,\"temperature\":0}"));
      assertEquals("text_completion", reply.path("object").asText());
      String chat =
          content(servers.post(CHAT, chat("qwen2", "\"max_tokens\":5,\"temperature\":0")));
      assertEquals(chat, reply.at("/choices/0/text").asText(), "the form is <{prompt}>");
    }
  }

  @Test
  void aSeedRepeatsADrawAndWithoutOneEachDrawsAnew() {
    try (Servers servers = Servers.withAdapters()) {
      String seeded = chat("a", "\"max_tokens\":16,\"temperature\":1.5,\"seed\":7");
      String free = chat("a", "\"max_tokens\":16,\"temperature\":1.5");
      assertEquals(content(servers.post(CHAT, seeded)), content(servers.post(CHAT, seeded)));
      assertNotEquals(content(servers.post(CHAT, free)), content(servers.post(CHAT, free)));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ | 400 | | The body is no JSON object.",
        "[] | 400 | | The body is no JSON object.",
        "{} | 400 | messages | messages is empty or no list (expected messages).",
        "{'messages':[{'role':'x','content':'y'}]} | 400 | messages[0].role | role is unknown (expected system, developer, user, assistant or tool).",
        "{'messages':[{'role':'user','content':3}]} | 400 | messages[0].content | content is no text (expected a text or parts of type text).",
        "{'messages':[{'role':'user','content':[{'type':'image_url'}]}]} | 400 | messages[0].content | content has a part that is no text (expected type text).",
        "{'messages':[{'role':'user','content':'y'}],'model':'nobody'} | 404 | model | There is no model of this name; /v1/models lists those that there are.",
        "{'messages':[{'role':'user','content':'y'}],'lora':[{'id':'c','scale':1}]} | 404 | model | There is no model of this name; /v1/models lists those that there are.",
        "{'messages':[{'role':'user','content':'y'}],'lora':{'id':'a'}} | 400 | lora | lora is no list of {\"id\": name, \"scale\": number}.",
        "{'messages':[{'role':'user','content':'y'}],'n':2} | 400 | n | n is not supported but as 1.",
        "{'messages':[{'role':'user','content':'y'}],'tools':[{}]} | 400 | tools | tools is not supported; leave it out.",
        "{'messages':[{'role':'user','content':'y'}],'ignore_eos':true} | 400 | ignore_eos | ignore_eos is not supported but as false.",
        "{'messages':[{'role':'user','content':'y'}],'stop_token_ids':[3]} | 400 | stop_token_ids | stop_token_ids is not supported; leave it out.",
        "{'messages':[{'role':'user','content':'y'}],'lora':[{'id':'a','scale':1e400}]} | 400 | | Cannot mix the adapters, a weight is too large: Infinity (expected that fp32 holds what it makes). Lower it.",
        "{'messages':[{'role':'user','content':'y'}],'lora':'a=1'} | 400 | lora | lora is no list of {\"id\": name, \"scale\": number}.",
        "{'messages':[{'role':'user','content':'y'}],'tool_choice':'required'} | 400 | tool_choice | tool_choice is not supported but as none or auto.",
        "{'messages':[{'role':'user','content':'y'}],'function_call':{'name':'f'}} | 400 | function_call | function_call is not supported but as none or auto.",
        "{'messages':[{'role':'user','content':'y'}],'modalities':['text','audio']} | 400 | modalities | modalities is not supported but as text.",
        "{'messages':[{'role':'user','content':'y'}],'response_format':'json'} | 400 | response_format | response_format is not supported but as text.",
        "{'messages':[{'role':'user','content':'y'}]} x | 400 | | The body is no JSON object.",
        "{'messages':[{'role':'user','content':'y'}],'logprobs':true} | 400 | logprobs | logprobs is not supported but as false.",
        "{'messages':[{'role':'user','content':'y'}],'response_format':{'type':'json_object'}} | 400 | response_format | response_format is not supported but as text.",
        "{'messages':[{'role':'user','content':'y'}],'temperature':'hot'} | 400 | temperature | temperature is no number.",
        "{'messages':[{'role':'user','content':'y'}],'max_tokens':1.5} | 400 | max_tokens | max_tokens is no whole number.",
        "{'messages':[{'role':'user','content':'y'}],'stop':3} | 400 | stop | stop is neither a text nor a list of texts.",
        "{'messages':[{'role':'user','content':'y'}],'seed':0.5} | 400 | seed | seed is no whole number.",
        "{'messages':[{'role':'user','content':'y'}],'stream':1} | 400 | stream | stream is neither true nor false."
      })
  void whatCannotBeAnsweredIsRefusedByItsField(
      String body, int status, String param, String message) {
    HttpResponse<String> reply = shared().post(CHAT, body.replace('\'', '"'));
    assertEquals(status, reply.statusCode(), reply.body());
    JsonNode error = json(reply).path("error");
    assertEquals(message, error.path("message").asText());
    assertEquals(param == null ? "null" : param, error.path("param").asText());
  }

  @Test
  void whatHasNoEffectIsTaken() {
    String more =
        "\"max_completion_tokens\":3,\"temperature\":0,\"top_p\":0.9,\"top_k\":-1,\"n\":1,\"presence_penalty\":0,\"frequency_penalty\":0.0,\"logprobs\":false,\"tools\":[],\"tool_choice\":\"auto\",\"modalities\":[\"text\"],\"user\":\"u\",\"stop\":null,\"logit_bias\":{}";
    JsonNode reply = json(shared().post(CHAT, chat("a", more)));
    assertEquals(3, reply.at("/usage/completion_tokens").asInt(), reply.toString());
    HttpResponse<String> hot = shared().post(CHAT, chat("a", "\"temperature\":-1"));
    assertEquals(400, hot.statusCode());
    assertTrue(
        json(hot).at("/error/message").asText().contains("--temperature is out of range"),
        hot.body());
  }

  @Test
  void onlyThisHostIsAsked() throws IOException {
    assertTrue(raw("GET /health HTTP/1.1\r\nHost: evil.example").startsWith("HTTP/1.1 403"));
    assertTrue(raw("GET /health HTTP/1.1\r\nHost: 10.1.2.3:80").startsWith("HTTP/1.1 403"));
    assertTrue(
        raw("GET /health HTTP/1.1\r\nHost: localhost.evil.example").startsWith("HTTP/1.1 403"));
    assertTrue(raw("GET / HTTP/1.1\r\nHost: localhost:1").startsWith("HTTP/1.1 200"));
    assertTrue(raw("GET / HTTP/1.1\r\nHost: [::1]:99").startsWith("HTTP/1.1 200"));
    assertTrue(raw("GET / HTTP/1.1\r\nHost: Models.Example").startsWith("HTTP/1.1 200"));
    assertTrue(
        raw("GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example")
            .startsWith("HTTP/1.1 403"));
    assertTrue(raw("GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: null").startsWith("HTTP/1.1 403"));
    assertTrue(
        raw("GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost:8000")
            .startsWith("HTTP/1.1 200"));
    assertTrue(
        raw("GET /v1/chat/completions HTTP/1.1\r\nHost: localhost").startsWith("HTTP/1.1 405"));
    assertTrue(raw("GET /etc/passwd HTTP/1.1\r\nHost: localhost").startsWith("HTTP/1.1 404"));
  }

  @Test
  void ofAHeadOnlyTheHeadIsSent() throws IOException {
    for (String path : List.of("/", "/health", "/metrics", "/v1/models")) {
      String head = raw("HEAD " + path + " HTTP/1.1\r\nHost: localhost");
      assertTrue(head.startsWith("HTTP/1.1 200"), head);
      assertTrue(head.endsWith("\r\n\r\n"), head);
      assertTrue(head.toLowerCase(Locale.ROOT).contains("\r\ncontent-length: "), head);
    }
    String chat = raw("HEAD " + CHAT + " HTTP/1.1\r\nHost: localhost");
    assertTrue(chat.startsWith("HTTP/1.1 405"), chat);
    assertTrue(chat.contains("\r\nAllow: POST\r\n"), chat);
  }

  @Test
  void aKeyIsAskedForWhereThereIsOne() {
    try (Servers servers = Servers.of("secret", 8, Servers.FORM)) {
      String body = chat("qwen2", "\"max_tokens\":2");
      assertEquals(401, servers.post(CHAT, body).statusCode());
      assertEquals(401, servers.post(CHAT, body, "Authorization", "Bearer secre").statusCode());
      assertEquals(401, servers.get("/v1/models").statusCode());
      assertEquals(401, servers.get("/metrics").statusCode());
      assertEquals(200, servers.post(CHAT, body, "Authorization", "Bearer secret").statusCode());
      assertEquals(200, servers.get("/health").statusCode());
      assertEquals(200, servers.get("/").statusCode());
    }
  }

  @Test
  void bodiesAndQueuesHaveLimits() {
    try (Servers servers = Servers.of("", 0, Servers.FORM, "--batch_size=1")) {
      HttpResponse<String> large = servers.post(CHAT, " ".repeat(Servers.MAX_BODY + 1));
      assertEquals(413, large.statusCode());
      assertEquals("request_too_large", json(large).at("/error/code").asText());
      String endless = chat("qwen2", "\"max_tokens\":30000,\"stream\":true");
      try (Leaving first = new Leaving(servers, endless)) {
        first.awaitEvent();
        HttpResponse<String> busy = servers.post(CHAT, chat("qwen2", "\"max_tokens\":2"));
        assertEquals(429, busy.statusCode(), busy.body());
        assertEquals("rate_limit_error", json(busy).at("/error/type").asText());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void aClientThatLeavesFreesItsRowWithinASecond(boolean stream) throws InterruptedException {
    try (Servers servers = Servers.of("", 8, Servers.FORM, "--prompt_lookup_num_tokens=0")) {
      String endless = chat("qwen2", "\"max_tokens\":30000,\"stream\":" + stream);
      Leaving leaving = new Leaving(servers, endless);
      leaving.awaitEvent();
      assertEquals(1, servers.answering.running());
      leaving.close();
      long left = System.nanoTime();
      while (servers.answering.running() > 0) {
        Thread.sleep(10);
        assertTrue(System.nanoTime() - left < 20_000_000_000L, "the row is never freed");
      }
      double seconds = (System.nanoTime() - left) / 1e9;
      assertTrue(seconds < 1, "freed after %.2f s".formatted(seconds));
      String metrics = servers.get("/metrics").body();
      assertTrue(metrics.contains("sparklora_answers_total{finish=\"abandoned\"} 1"), metrics);
    }
  }

  @Test
  void runningAnswersAreFinishedBeforeTheEnd() throws Exception {
    try (Servers servers = Servers.of("", 8, Servers.FORM)) {
      CompletableFuture<HttpResponse<String>> running =
          CompletableFuture.supplyAsync(
              () -> servers.post(CHAT, chat("qwen2", "\"max_tokens\":400")));
      while (servers.answering.running() == 0) {
        Thread.sleep(5);
      }
      servers.server.finish(Duration.ofMinutes(2));
      assertEquals(400, json(running.get()).at("/usage/completion_tokens").asInt());
      assertEquals(503, servers.post(CHAT, chat("qwen2", "\"max_tokens\":2")).statusCode());
      assertEquals(503, servers.get("/health").statusCode());
    }
  }

  @Test
  void metricsCountRequestsAndTokensAndHoldNoText() {
    try (Servers servers = Servers.withAdapters()) {
      servers.post(CHAT, chat("a", "\"max_tokens\":4"));
      servers.post(CHAT, "{");
      servers.get("/secret-path");
      String metrics = servers.get("/metrics").body();
      assertTrue(
          metrics.contains(
              "sparklora_requests_total{path=\"/v1/chat/completions\",code=\"200\"} 1\n"),
          metrics);
      assertTrue(metrics.contains("code=\"400\"} 1\n"), metrics);
      assertTrue(metrics.contains("sparklora_completion_tokens_total 4\n"), metrics);
      assertTrue(
          metrics.contains("# TYPE sparklora_queue_rows gauge\nsparklora_queue_rows 0\n"), metrics);
      assertFalse(metrics.contains("secret"), metrics);
    }
  }

  @Test
  void anAddressThatIsTakenIsNamed() {
    try (Servers servers = Servers.withAdapters()) {
      int port = servers.uri("/").getPort();
      ServeConfig config =
          new ServeConfig(
              servers.answering.setup(), "127.0.0.1", port, "", List.of(), 9, Duration.ZERO);
      Failure failure =
          assertThrows(Failure.class, () -> AnswerServer.start(servers.answering, config, "x", ""));
      assertEquals(ExitCode.CLUSTER, failure.exitCode());
      assertEquals(
          "Cannot serve, the address cannot be listened at: 127.0.0.1:%d, Address already in use (expected a free one of this machine). Change --host or --port."
              .formatted(port),
          failure.getMessage());
    }
  }

  private static String chat(String model, String more) {
    return "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"one\"}],%s}"
        .formatted(model, more);
  }

  private static String content(HttpResponse<String> reply) {
    assertEquals(200, reply.statusCode(), reply.body());
    return json(reply).at("/choices/0/message/content").asText();
  }

  private static JsonNode json(HttpResponse<String> reply) {
    return tree(reply.body());
  }

  private static JsonNode tree(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(text, e);
    }
  }

  private static List<JsonNode> events(String body) {
    List<JsonNode> events = new ArrayList<>();
    body.lines()
        .filter(line -> line.startsWith("data: {"))
        .forEach(line -> events.add(tree(line.substring(6))));
    return events;
  }

  private static String joined(List<JsonNode> events) {
    return events.stream()
        .map(event -> event.at("/choices/0/delta/content").asText())
        .collect(Collectors.joining());
  }

  private static Servers shared() {
    return Shared.SERVERS;
  }

  private static String raw(String head) throws IOException {
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), shared().uri("/").getPort())) {
      socket
          .getOutputStream()
          .write((head + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** One server for tests that leave nothing behind. */
  private static final class Shared {
    static final Servers SERVERS = Servers.withAdapters("--max_new_tokens=4");
  }

  /** A client that may leave in the middle. */
  private static final class Leaving implements AutoCloseable {
    private final Socket socket;

    Leaving(Servers servers, String body) {
      try {
        socket = new Socket(InetAddress.getLoopbackAddress(), servers.uri("/").getPort());
        String head =
            "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
                .formatted(CHAT, body.length());
        socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    void awaitEvent() {
      try {
        InputStream in = socket.getInputStream();
        assertTrue(in.read(new byte[4096]) > 0);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
