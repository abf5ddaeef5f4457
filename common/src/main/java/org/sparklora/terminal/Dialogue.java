package org.sparklora.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.sparklora.chat.Conversation;
import org.sparklora.chat.Message;

/** What was said so far. */
final class Dialogue {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Message> messages = new ArrayList<>();
  private String system;

  Dialogue(String system) {
    this.system = system;
  }

  /** Everything that a model reads before it answers. */
  Conversation conversation() {
    List<Message> all = new ArrayList<>();
    if (!system.isEmpty()) {
      all.add(Message.system(system));
    }
    all.addAll(messages);
    return Conversation.of(all);
  }

  String system() {
    return system;
  }

  void system(String text) {
    system = text;
  }

  void question(String text) {
    messages.add(Message.user(text));
  }

  /** An answer to the last question; an empty one is none, and takes its question with it. */
  void answer(String text) {
    if (text.isEmpty()) {
      takeBackQuestion();
    } else {
      messages.add(Message.assistant(text));
    }
  }

  /** Forgets a question that got no answer. */
  void takeBackQuestion() {
    if (!messages.isEmpty() && last().isFrom(Message.USER)) {
      messages.remove(messages.size() - 1);
    }
  }

  /** Forgets the last answer; whether there was one. */
  boolean takeBackAnswer() {
    return !messages.isEmpty()
        && last().isFrom(Message.ASSISTANT)
        && messages.remove(messages.size() - 1) != null;
  }

  /** All questions and answers. */
  List<Message> said() {
    return List.copyOf(messages);
  }

  /** Goes back to what was said before. */
  void restore(List<Message> before) {
    messages.clear();
    messages.addAll(before);
  }

  void clear() {
    messages.clear();
  }

  boolean isEmpty() {
    return messages.isEmpty();
  }

  /** One line of JSON that tokenize reads as a row of the shape messages. */
  String row() {
    ObjectNode row = JSON.createObjectNode();
    ArrayNode all = row.putArray("messages");
    for (Message message : conversation().messages()) {
      all.addObject().put("role", message.role()).put("content", message.content());
    }
    try {
      return JSON.writeValueAsString(row);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts are always JSON", e);
    }
  }

  private Message last() {
    return messages.get(messages.size() - 1);
  }
}
