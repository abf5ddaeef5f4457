package org.sparklora.predict;

import java.io.Serializable;
import org.sparklora.chat.Conversation;
import org.sparklora.chat.Message;
import org.sparklora.corpus.chat.Questions;
import org.sparklora.corpus.chat.Roles;

/**
 * What a prompt's text is: the question itself, or the JSON of a row that ends with one.
 *
 * @param roles names of speakers in such rows
 */
public record PromptShape(boolean isRow, Roles roles) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Questions as they are. */
  public static final PromptShape TEXT = new PromptShape(false, Roles.USUAL);

  /** Why a text asks nothing, in a word; empty where it asks something. */
  public String fault(String text) {
    return isRow ? Questions.of(text, roles).fault() : "";
  }

  /** The conversation that ends with the question of a text without a fault. */
  Conversation conversation(String text) {
    return isRow
        ? Questions.of(text, roles).conversation().orElseThrow(IllegalStateException::new)
        : Conversation.of(Message.user(text));
  }
}
