package org.sparklora.corpus.chat;

import java.util.List;
import org.sparklora.chat.Conversation;

/** What one row of a corpus is. */
public sealed interface ChatRow {
  /**
   * A conversation that ends with an answer.
   *
   * @param learned the assistant turns that are learned
   * @param mends what was changed to make it one
   */
  record Kept(Conversation conversation, List<Integer> learned, ChatMends mends)
      implements ChatRow {
    public Kept {
      learned = List.copyOf(learned);
    }
  }

  /** None. */
  record Bad(ChatFault fault) implements ChatRow {}
}
