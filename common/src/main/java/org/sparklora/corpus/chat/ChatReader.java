package org.sparklora.corpus.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparklora.chat.Message;

/** Reads rows of one shape as conversations. Keeps no state, so one reader serves many threads. */
public final class ChatReader {
  private final RowShape shape;

  public ChatReader(RowShape shape) {
    this.shape = shape;
  }

  /** The messages of a row before any rule, and from which on its answers are learned. */
  private record Raw(List<Message> messages, int first, List<Object> tools) {}

  /** The row whose JSON text this is. */
  public ChatRow read(String json) {
    try {
      Raw raw = raw(RowJson.object(json));
      return Turns.of(raw.messages(), raw.first(), raw.tools());
    } catch (ChatFault.Found found) {
      return new ChatRow.Bad(found.fault());
    }
  }

  /** The keys of an object, or nothing where the text is none. */
  public static Optional<List<String>> keys(String json) {
    try {
      List<String> keys = new ArrayList<>();
      RowJson.object(json).fieldNames().forEachRemaining(keys::add);
      return Optional.of(keys);
    } catch (ChatFault.Found found) {
      return Optional.empty();
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
  private static String firstText(JsonNode value) {
    JsonNode answers = RowJson.list(value);
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

  private static void addHistory(JsonNode value, List<Message> messages) {
    if (value.isTextual() && value.textValue().isBlank()) {
      return;
    }
    JsonNode rounds = RowJson.list(value);
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
    JsonNode asked = RowJson.turns(prompt, shape.roleKey());
    JsonNode answered = RowJson.turns(completion, shape.roleKey());
    boolean bothTurns = asked.isArray() && answered.isArray();
    if (!bothTurns && prompt.isTextual() && completion.isTextual()) {
      return history(
          List.of(
              Message.user(RowParts.text(prompt)), Message.assistant(RowParts.text(completion))));
    }
    RowParts.require(bothTurns, ChatFault.WRONG_TYPE);
    List<Message> messages = new ArrayList<>(parts.messages(asked));
    int first = messages.size();
    messages.addAll(parts.messages(answered));
    return new Raw(messages, first, tools(parts));
  }

  static List<Object> tools(RowParts parts) {
    return parts.maybe("tools").map(ToolValues::list).orElse(List.of());
  }
}
