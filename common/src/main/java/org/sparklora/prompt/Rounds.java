package org.sparklora.prompt;

import java.util.ArrayList;
import java.util.List;
import org.sparklora.chat.Conversation;
import org.sparklora.chat.Message;

/**
 * A conversation of questions and answers only.
 *
 * @param history finished rounds, oldest first
 */
record Rounds(List<Round> history, String question) {
  record Round(String question, String answer) {}

  /** An answer without a question has an empty one; other roles are refused in the form's name. */
  static Rounds of(Conversation conversation, String form) {
    List<Round> history = new ArrayList<>();
    String question = null;
    for (Message message : conversation.messages()) {
      if (message.isFrom(Message.USER) && question == null) {
        question = message.content();
      } else if (message.isFrom(Message.ASSISTANT)) {
        history.add(new Round(question == null ? "" : question, message.content()));
        question = null;
      } else {
        throw PromptRefusal.noPlaceFor(
            question == null ? message.role() : "a second " + message.role(), form);
      }
    }
    return new Rounds(history, question == null ? "" : question);
  }
}
