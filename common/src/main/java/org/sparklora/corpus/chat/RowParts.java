package org.sparklora.corpus.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparklora.chat.Message;

/** Reads the parts of one row, by name; throws what is wrong with it. */
record RowParts(JsonNode row, RowShape shape) {
  private static final String TOOL_CALLS = "tool_calls";

  /** A value that must be there. */
  JsonNode needed(String part) {
    return needed(row, shape.key(part));
  }

  static JsonNode needed(JsonNode object, String key) {
    JsonNode value = object.get(key);
    if (value == null) {
      throw ChatFault.MISSING_KEY.found();
    }
    return value;
  }

  /** A value that may be absent or null. */
  Optional<JsonNode> maybe(String part) {
    return Optional.ofNullable(row.get(shape.key(part))).filter(value -> !value.isNull());
  }

  static String text(JsonNode value) {
    if (!value.isTextual()) {
      throw ChatFault.WRONG_TYPE.found();
    }
    String text = value.textValue();
    if (!isUnicode(text)) {
      throw ChatFault.HALF_A_CHARACTER.found();
    }
    return text;
  }

  /** The system text beside the turns. */
  List<Message> system() {
    return maybe("system").map(s -> List.of(Message.system(text(s)))).orElse(List.of());
  }

  /** The messages of an array, or of a text that holds one. */
  List<Message> messages(JsonNode value) {
    JsonNode array = RowJson.list(value);
    if (!array.isArray()) {
      throw ChatFault.WRONG_TYPE.found();
    }
    if (array.isEmpty()) {
      throw ChatFault.NO_MESSAGES.found();
    }
    List<Message> messages = new java.util.ArrayList<>();
    array.forEach(item -> messages.add(message(item)));
    return messages;
  }

  private Message message(JsonNode item) {
    if (!item.isObject()) {
      throw ChatFault.WRONG_TYPE.found();
    }
    String name = text(needed(item, shape.roleKey()));
    String role = shape.roles().role(name).orElseThrow(ChatFault.UNKNOWN_ROLE::found);
    JsonNode calls = RowJson.list(item.path(TOOL_CALLS));
    boolean called = ToolValues.isSomething(calls);
    String content = content(item.path(shape.contentKey()), called);
    return new Message(role, content, called ? Map.of(TOOL_CALLS, ToolValues.of(calls)) : Map.of());
  }

  /** A text, or parts of type text run together; absent or null only beside tool calls. */
  private static String content(JsonNode value, boolean called) {
    if (value.isMissingNode() || value.isNull()) {
      if (called) {
        return "";
      }
      throw ChatFault.MISSING_CONTENT.found();
    }
    if (!value.isArray()) {
      return text(value);
    }
    value.forEach(part -> require(part.isObject(), ChatFault.WRONG_TYPE));
    value.forEach(
        part -> require(part.path("type").asText("").equals("text"), ChatFault.UNSUPPORTED_PART));
    StringBuilder joined = new StringBuilder();
    value.forEach(part -> joined.append(text(needed(part, "text"))));
    return joined.toString();
  }

  static void require(boolean holds, ChatFault otherwise) {
    if (!holds) {
      throw otherwise.found();
    }
  }

  /** Whether surrogates come in pairs; an escape like \\ud83d alone is no character. */
  private static boolean isUnicode(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return false;
        }
        i++;
      }
    }
    return true;
  }
}
