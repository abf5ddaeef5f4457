package org.sparklora.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.sparklora.chat.Conversation;
import org.sparklora.chat.Message;
import org.sparklora.text.Codecs;
import org.sparklora.text.TokenCodec;

/**
 * Prompts, rows and ids that the published code and transformers made; see {@code
 * prompt/README.md}.
 */
final class PromptGoldens {
  private static final ObjectMapper JSON = new ObjectMapper();

  private PromptGoldens() {}

  static JsonNode json(String file) {
    try (InputStream in = PromptGoldens.class.getResourceAsStream("/prompt/" + file)) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(String file) {
    try (InputStream in = PromptGoldens.class.getResourceAsStream("/prompt/" + file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<JsonNode> cases(String file) {
    return stream(json(file).path("cases"));
  }

  static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  static Conversation conversation(JsonNode one) {
    List<Message> messages = new ArrayList<>();
    for (JsonNode message : one.path("messages")) {
      Map<String, Object> more = new LinkedHashMap<>(JsonValues.map(message));
      more.keySet().removeAll(List.of("role", "content"));
      messages.add(
          new Message(message.path("role").asText(), message.path("content").asText(), more));
    }
    return new Conversation(messages, JsonValues.list(one.path("tools")));
  }

  static int[] numbers(JsonNode array) {
    return stream(array).mapToInt(JsonNode::asInt).toArray();
  }

  static Path model(String family) {
    return Path.of("src/test/resources/fixtures", family, "model");
  }

  /** The fixture's codec; {@code chatglm3} is ChatGLM2's with role tokens. */
  static TokenCodec codec(String family) {
    return family.equals("chatglm3")
        ? new WithRoleTokens(Codecs.open(model("chatglm2")))
        : Codecs.open(model(family));
  }
}
