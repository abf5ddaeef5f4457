import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks on the chat page and takes its picture, by a Chromium whose DevTools listen on a port:
 * {@code java dev/ChatPicture.java PORT PAGE PICTURE QUESTION...}
 */
public final class ChatPicture {
  private static final long LIMIT_SECONDS = 60;

  private final BlockingQueue<String> replies = new LinkedBlockingQueue<>();
  private final WebSocket socket;
  private int calls;

  private ChatPicture(String port) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest tabs = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json")).build();
    Matcher page =
        Pattern.compile("\"type\": \"page\".*?\"webSocketDebuggerUrl\": \"([^\"]+)\"", Pattern.DOTALL)
            .matcher(client.send(tabs, BodyHandlers.ofString()).body());
    if (!page.find()) {
      throw new IllegalStateException("the browser has no page");
    }
    socket = client.newWebSocketBuilder().buildAsync(URI.create(page.group(1)), new Listener()).get();
  }

  public static void main(String[] arguments) throws Exception {
    ChatPicture chat = new ChatPicture(arguments[0]);
    chat.call("Page.navigate", "\"url\":\"" + arguments[1] + "\"");
    chat.await("document.readyState === 'complete' && document.querySelector('input[name=model]')");
    for (int i = 3; i < arguments.length; i++) {
      chat.run("document.getElementById('question').focus()");
      chat.call("Input.insertText", "\"text\":\"" + arguments[i] + "\"");
      chat.run("document.getElementById('send').click()");
      chat.await("document.querySelectorAll('#talk > li').length === " + 2 * (i - 2) + " && !running");
    }
    String picture = chat.call("Page.captureScreenshot", "\"format\":\"png\"");
    Matcher data = Pattern.compile("\"data\":\\s*\"([^\"]+)\"").matcher(picture);
    if (!data.find()) {
      throw new IllegalStateException("no picture: " + picture);
    }
    Files.write(Path.of(arguments[2]), Base64.getDecoder().decode(data.group(1)));
    chat.socket.abort();
  }

  private void await(String condition) throws Exception {
    for (int i = 0; i < LIMIT_SECONDS * 10; i++) {
      if (run("Boolean(" + condition + ")").contains("\"value\":true")) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new IllegalStateException("never true: " + condition);
  }

  private String run(String script) throws Exception {
    return call("Runtime.evaluate", "\"returnByValue\":true,\"expression\":\"" + script + "\"");
  }

  private String call(String method, String parameters) throws Exception {
    int id = ++calls;
    socket.sendText("{\"id\":%d,\"method\":\"%s\",\"params\":{%s}}".formatted(id, method, parameters), true).get();
    while (true) {
      String reply = replies.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
      if (reply == null) {
        throw new IllegalStateException("no reply to " + method);
      }
      if (reply.startsWith("{\"id\":" + id + ",")) {
        return reply;
      }
    }
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        replies.add(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }
}
