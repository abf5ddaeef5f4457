package org.sparklora.corpus.chat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparklora.chat.Message;

/** Reads rows of one shape as conversations. Keeps no state, so one reader serves many threads. */
public final class ChatReader {
  private static final int DEEPEST = 500;
  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNumberLength(Integer.MAX_VALUE)
                          .maxNestingDepth(DEEPEST)
                          .build())
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final RowShape shape;

  public ChatReader(RowShape shape) {
    this.shape = shape;
  }

  /** The messages of a row before any rule, and from which on its answers are learned. */
  private record Raw(List<Message> messages, int first, List<Object> tools) {}

  /** The row whose JSON text this is. */
  public ChatRow read(String json) {
    try {
      Raw raw = raw(object(json));
      return Turns.of(raw.messages(), raw.first(), raw.tools());
    } catch (ChatFault.Found found) {
      return new ChatRow.Bad(found.fault());
    }
  }

  /** The keys of an object, or nothing where the text is none. */
  public static Optional<List<String>> keys(String json) {
    try {
      List<String> keys = new ArrayList<>();
      object(json).fieldNames().forEachRemaining(keys::add);
      return Optional.of(keys);
    } catch (ChatFault.Found found) {
      return Optional.empty();
    }
  }

  static JsonNode object(String json) {
    try {
      JsonNode row = JSON.readTree(json);
      RowParts.require(row.isObject(), ChatFault.NOT_AN_OBJECT);
      return row;
    } catch (JsonProcessingException e) {
      throw ChatFault.BAD_JSON.found();
    }
  }

  private Raw raw(JsonNode row) {
    RowParts parts = new RowParts(row, shape);
    return switch (shape.format()) {
      case PAIR ->
          history(
              List.of(
                  Message.user(RowParts.text(parts.needed("prompt"))),
                  Message.assistant(RowParts.text(parts.needed("response")))));
      case ALPACA -> history(alpaca(parts));
      case SHAREGPT -> {
        List<Message> messages = new ArrayList<>(parts.system());
        messages.addAll(parts.messages(parts.needed("messages")));
        yield new Raw(messages, 0, tools(parts));
      }
      case MESSAGES -> new Raw(parts.messages(parts.needed("messages")), 0, tools(parts));
      case PROMPT_COMPLETION -> promptCompletion(parts);
      case HC3 ->
          history(
              List.of(
                  Message.user(RowParts.text(parts.needed("prompt"))),
                  Message.assistant(firstText(parts.needed("response")))));
    };
  }

  /** Of several answers the first that says something. */
  private static String firstText(JsonNode answers) {
    RowParts.require(answers.isArray(), ChatFault.WRONG_TYPE);
    String text = "";
    for (int i = 0; i < answers.size() && text.isBlank(); i++) {
      text = RowParts.text(answers.get(i));
    }
    return text;
  }

  private static Raw history(List<Message> messages) {
    return new Raw(messages, 0, List.of());
  }

  private static List<Message> alpaca(RowParts parts) {
    List<Message> messages = alpacaQuestion(parts);
    messages.add(Message.assistant(RowParts.text(parts.needed("response"))));
    return messages;
  }

  static List<Message> alpacaQuestion(RowParts parts) {
    String question = RowParts.text(parts.needed("prompt"));
    String more = parts.maybe("query").map(RowParts::text).orElse("");
    question += more.isEmpty() ? "" : "\n" + more;
    List<Message> messages = new ArrayList<>(parts.system());
    parts.maybe("history").ifPresent(rounds -> addHistory(rounds, messages));
    messages.add(Message.user(question));
    return messages;
  }

  private static void addHistory(JsonNode rounds, List<Message> messages) {
    RowParts.require(rounds.isArray(), ChatFault.WRONG_TYPE);
    rounds.forEach(
        round -> RowParts.require(round.isArray() && round.size() == 2, ChatFault.WRONG_TYPE));
    for (JsonNode round : rounds) {
      messages.add(Message.user(RowParts.text(round.get(0))));
      messages.add(Message.assistant(RowParts.text(round.get(1))));
    }
  }

  private Raw promptCompletion(RowParts parts) {
    JsonNode prompt = parts.needed("prompt");
    JsonNode completion = parts.needed("response");
    if (prompt.isTextual() && completion.isTextual()) {
      return history(
          List.of(
              Message.user(RowParts.text(prompt)), Message.assistant(RowParts.text(completion))));
    }
    RowParts.require(prompt.isArray() && completion.isArray(), ChatFault.WRONG_TYPE);
    List<Message> messages = new ArrayList<>(parts.messages(prompt));
    int first = messages.size();
    messages.addAll(parts.messages(completion));
    return new Raw(messages, first, tools(parts));
  }

  static List<Object> tools(RowParts parts) {
    return parts.maybe("tools").map(t -> ToolValues.list(t, JSON)).orElse(List.of());
  }
}
