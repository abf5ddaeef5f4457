package org.sparklora.tokenize;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparklora.chat.Conversation;
import org.sparklora.chat.Message;
import org.sparklora.corpus.Example;
import org.sparklora.corpus.chat.ChatReader;
import org.sparklora.corpus.chat.ChatRow;

/**
 * What a row says, to tell it from others.
 *
 * @param prompt what it asks first, which decides a split; empty where nobody asks
 * @param key texts that are equal one by one where rows are equal
 * @param whole all that is said
 */
public record RowTexts(Optional<String> prompt, List<String> key, String whole) {
  /** From rows to their texts; nothing of rows that are bad. */
  @FunctionalInterface
  public interface Reader {
    Optional<RowTexts> read(Example row);
  }

  /** Of rows that are two texts. */
  public static Reader ofPairs() {
    return row ->
        Optional.of(
            new RowTexts(
                Optional.of(row.prompt()),
                List.of(row.prompt(), row.target()),
                row.prompt() + " " + row.target()));
  }

  /** Of rows that are conversations as JSON. */
  public static Reader ofChats(ChatReader reader) {
    return row ->
        reader.read(row.prompt()) instanceof ChatRow.Kept kept
            ? Optional.of(of(kept.conversation()))
            : Optional.empty();
  }

  private static RowTexts of(Conversation chat) {
    List<String> key = new ArrayList<>();
    List<String> whole = new ArrayList<>();
    key.add(chat.tools().toString());
    for (Message message : chat.messages()) {
      key.addAll(List.of(message.role(), message.content(), message.more().toString()));
      whole.add(message.content());
      if (!message.more().isEmpty()) {
        whole.add(message.more().toString());
      }
    }
    Optional<String> asked =
        chat.messages().stream()
            .filter(message -> message.isFrom(Message.USER))
            .findFirst()
            .map(Message::content);
    return new RowTexts(asked, key, String.join(" ", whole));
  }
}
