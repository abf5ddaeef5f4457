package org.sparklora.corpus.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sparklora.chat.Conversation;
import org.sparklora.chat.Message;

/** Rows of any usual shape as conversations that end with what is asked. */
public final class Questions {
  private Questions() {}

  /** The conversation up to its last question; a fault's word where a row asks nothing. */
  public static Asked of(String json, Roles roles) {
    try {
      JsonNode row = RowJson.object(json);
      RowParts parts = new RowParts(row, shape(row, roles));
      List<Message> messages = messages(parts);
      List<Object> tools = ChatReader.tools(parts);
      return new Asked(Turns.question(messages, tools), "");
    } catch (ChatFault.Found found) {
      return new Asked(Optional.empty(), found.fault().word());
    }
  }

  /**
   * What a row asks.
   *
   * @param fault why it asks nothing; empty where it does
   */
  public record Asked(Optional<Conversation> conversation, String fault) {}

  /** The keys that a row's question may stand under; answers are passed over. */
  public static Collection<String> keys() {
    return Stream.of(
            RowFormat.MESSAGES,
            RowFormat.SHAREGPT,
            RowFormat.ALPACA,
            RowFormat.PROMPT_COMPLETION,
            RowFormat.HC3)
        .flatMap(format -> format.columns().entrySet().stream())
        .filter(column -> !column.getKey().equals("response"))
        .map(Map.Entry::getValue)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static RowShape shape(JsonNode row, Roles roles) {
    RowFormat format =
        row.has("messages")
            ? RowFormat.MESSAGES
            : row.has("conversations")
                ? RowFormat.SHAREGPT
                : row.has("instruction")
                    ? RowFormat.ALPACA
                    : row.has("question") ? RowFormat.HC3 : RowFormat.PROMPT_COMPLETION;
    return RowShape.of(format, roles);
  }

  private static List<Message> messages(RowParts parts) {
    return switch (parts.shape().format()) {
      case MESSAGES -> parts.messages(parts.needed("messages"));
      case SHAREGPT -> {
        List<Message> messages = new ArrayList<>(parts.system());
        messages.addAll(parts.messages(parts.needed("messages")));
        yield messages;
      }
      case ALPACA -> ChatReader.alpacaQuestion(parts);
      case PROMPT_COMPLETION, HC3, PAIR -> {
        JsonNode prompt = asked(parts);
        yield prompt.isArray()
            ? parts.messages(prompt)
            : List.of(Message.user(RowParts.text(prompt)));
      }
    };
  }

  /** Turns in a text are turns unless the answer is a plain text, as it is when learned. */
  private static JsonNode asked(RowParts parts) {
    JsonNode prompt = parts.needed("prompt");
    String roleKey = parts.shape().roleKey();
    boolean plainAnswer =
        parts.maybe("response").filter(a -> RowJson.turns(a, roleKey).isTextual()).isPresent();
    return plainAnswer ? prompt : RowJson.turns(prompt, roleKey);
  }
}
