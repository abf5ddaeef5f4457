package org.sparklora.serve;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real headless Chromium with one page, spoken to by its DevTools protocol. */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long LIMIT_SECONDS = 60;

  private final Process process;
  private final WebSocket socket;
  private final BlockingQueue<JsonNode> replies = new LinkedBlockingQueue<>();
  private final List<String> errors = new ArrayList<>();
  private int calls;

  private Browser(Process process, String page) throws Exception {
    this.process = process;
    this.socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(page), new Listener())
            .get(LIMIT_SECONDS, TimeUnit.SECONDS);
    call("Page.enable", Map.of());
    call("Runtime.enable", Map.of());
    call("Log.enable", Map.of());
  }

  /** Debian's; skips where there is none. */
  static Browser open(Path folder) throws Exception {
    Path program = Path.of("/usr/bin/chromium");
    assumeTrue(Files.isExecutable(program), "there is no Chromium (apt-get install chromium)");
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--window-size=1200,800",
                "--remote-debugging-port=0",
                "--user-data-dir=" + folder,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("browser.log").toFile())
            .start();
    try {
      return new Browser(process, pageOf(folder));
    } catch (Exception e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static String pageOf(Path folder) throws Exception {
    Path file = folder.resolve("DevToolsActivePort");
    for (int i = 0; i < LIMIT_SECONDS * 10 && !(Files.exists(file) && Files.size(file) > 5); i++) {
      Thread.sleep(100);
    }
    String port = Files.readAllLines(file).get(0);
    JsonNode targets = JSON.readTree(URI.create("http://127.0.0.1:" + port + "/json").toURL());
    return Stream.iterate(0, i -> i < targets.size(), i -> i + 1)
        .map(targets::get)
        .filter(target -> target.path("type").asText().equals("page"))
        .findFirst()
        .orElseThrow()
        .path("webSocketDebuggerUrl")
        .asText();
  }

  void go(String url) throws Exception {
    call("Page.navigate", Map.of("url", url));
    await("document.readyState === 'complete'");
  }

  /** The value of an expression; promises are awaited. */
  JsonNode run(String script) throws Exception {
    JsonNode reply =
        call(
            "Runtime.evaluate",
            Map.of("expression", script, "awaitPromise", true, "returnByValue", true));
    assertTrue(reply.path("exceptionDetails").isMissingNode(), () -> script + ": " + reply);
    return reply.path("result").path("value");
  }

  void await(String condition) throws Exception {
    for (int i = 0; i < LIMIT_SECONDS * 20; i++) {
      if (run("Boolean(" + condition + ")").asBoolean()) {
        return;
      }
      Thread.sleep(50);
    }
    throw new IllegalStateException("never true: " + condition + "; " + errors);
  }

  /** A key as the keyboard sends it. */
  void press(String key, int code) throws Exception {
    for (String type : List.of("keyDown", "keyUp")) {
      // Only a key with a text presses a button.
      String text = key.equals("Enter") && type.equals("keyDown") ? "\r" : "";
      call(
          "Input.dispatchKeyEvent",
          Map.of(
              "type", type, "key", key, "code", key, "windowsVirtualKeyCode", code, "text", text));
    }
  }

  void type(String text) throws Exception {
    call("Input.insertText", Map.of("text", text));
  }

  void dark(boolean dark) throws Exception {
    Map<String, String> feature =
        Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
    call("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
  }

  /** Where files go that the page hands to the user. */
  void downloadTo(Path folder) throws Exception {
    call(
        "Page.setDownloadBehavior",
        Map.of("behavior", "allow", "downloadPath", folder.toAbsolutePath().toString()));
  }

  /** What a screen reader is told: the names of all nodes of a role. */
  Map<String, List<String>> namesByRole() throws Exception {
    Map<String, List<String>> names = new TreeMap<>();
    for (JsonNode node : call("Accessibility.getFullAXTree", Map.of()).path("nodes")) {
      if (!node.path("ignored").asBoolean()) {
        names
            .computeIfAbsent(node.path("role").path("value").asText(), role -> new ArrayList<>())
            .add(node.path("name").path("value").asText());
      }
    }
    return names;
  }

  void screenshot(Path file) throws Exception {
    Files.write(
        file,
        Base64.getDecoder().decode(call("Page.captureScreenshot", Map.of()).path("data").asText()));
  }

  /** What the page complained of. */
  List<String> errors() {
    return errors;
  }

  JsonNode call(String method, Map<String, ?> parameters) throws Exception {
    int id = ++calls;
    ObjectNode request = JSON.createObjectNode().put("id", id).put("method", method);
    request.set("params", JSON.valueToTree(parameters));
    socket.sendText(request.toString(), true).get(LIMIT_SECONDS, TimeUnit.SECONDS);
    while (true) {
      JsonNode reply = replies.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
      if (reply == null) {
        throw new IOException("no reply to " + method);
      }
      if (reply.path("id").asInt() == id) {
        return reply.path("result");
      }
      String event = reply.path("method").asText();
      String level = reply.path("params").path("entry").path("level").asText();
      if (event.equals("Runtime.exceptionThrown") || level.equals("error")) {
        errors.add(reply.path("params").toString());
      }
    }
  }

  @Override
  public void close() throws Exception {
    socket.abort();
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        try {
          replies.add(JSON.readTree(text.toString()));
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }
}
