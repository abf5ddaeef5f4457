package org.sparklora.chat;

import java.util.List;
import java.util.Map;

/**
 * Messages in order.
 *
 * @param tools what the assistant may call, as JSON values; empty if there is none
 */
public record Conversation(List<Message> messages, List<Object> tools) {
  public Conversation {
    messages = List.copyOf(messages);
    tools = List.copyOf(tools);
  }

  public static Conversation of(Message... messages) {
    return new Conversation(List.of(messages), List.of());
  }

  public static Conversation of(List<Message> messages) {
    return new Conversation(messages, List.of());
  }

  /** The first {@code count} messages. */
  public Conversation until(int count) {
    return new Conversation(messages.subList(0, count), tools);
  }

  public int size() {
    return messages.size();
  }

  public Message last() {
    return messages.get(messages.size() - 1);
  }

  /** As a template sees the messages. */
  public List<Map<String, Object>> values() {
    return messages.stream().map(Message::values).toList();
  }
}
