package org.sparklora.corpus.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparklora.chat.Conversation;
import org.sparklora.chat.Message;

/** The rules that make the messages of a row one conversation that ends with an answer. */
final class Turns {
  /** A message, and whether the row asks to learn it if it is an answer. */
  private record Turn(Message message, boolean mine) {
    boolean canGrow(Turn next) {
      return message.role().equals(next.message.role())
          && !message.isFrom(Message.TOOL)
          && message.more().isEmpty()
          && next.message.more().isEmpty()
          && mine == next.mine;
    }

    Turn grown(Turn next) {
      String content = message.content() + "\n" + next.message.content();
      return new Turn(new Message(message.role(), content), mine);
    }
  }

  private final List<Turn> turns = new ArrayList<>();
  private int joined;
  private int empty;
  private int dropped;

  /** The turns before {@code first} are history only. */
  static ChatRow.Kept of(List<Message> messages, int first, List<Object> tools) {
    Turns turns = new Turns();
    for (int i = 0; i < messages.size(); i++) {
      turns.add(new Turn(messages.get(i), i >= first));
    }
    turns.dropBehindLastAnswer();
    return turns.kept(tools);
  }

  /** Up to the last turn that is no answer; nothing where nobody asks. */
  static Optional<Conversation> question(List<Message> messages, List<Object> tools) {
    Turns turns = new Turns();
    messages.forEach(message -> turns.add(new Turn(message, true)));
    List<Message> asked = new ArrayList<>(turns.turns.stream().map(Turn::message).toList());
    while (!asked.isEmpty() && !isAsked(asked.get(asked.size() - 1))) {
      asked.remove(asked.size() - 1);
    }
    RowParts.require(!asked.isEmpty(), ChatFault.NO_QUESTION);
    return Optional.of(new Conversation(asked, tools));
  }

  private static boolean isAsked(Message message) {
    return message.isFrom(Message.USER) || message.isFrom(Message.TOOL);
  }

  private void add(Turn turn) {
    Message message = turn.message();
    if (!message.isFrom(Message.TOOL) && message.more().isEmpty() && isBlank(message.content())) {
      empty++;
      return;
    }
    int last = turns.size() - 1;
    if (last >= 0 && turns.get(last).canGrow(turn)) {
      turns.set(last, turns.get(last).grown(turn));
      joined++;
      return;
    }
    turns.add(turn);
  }

  /** White space as Python has it: Unicode's, no-break spaces too, and the four separators. */
  private static boolean isBlank(String text) {
    return text.codePoints()
        .allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85);
  }

  private void dropBehindLastAnswer() {
    while (!turns.isEmpty() && !turns.get(turns.size() - 1).message().isFrom(Message.ASSISTANT)) {
      turns.remove(turns.size() - 1);
      dropped++;
    }
  }

  private ChatRow.Kept kept(List<Object> tools) {
    List<Integer> learned = new ArrayList<>();
    boolean asked = false;
    int leading = 0;
    for (int i = 0; i < turns.size(); i++) {
      Message message = turns.get(i).message();
      asked |= message.isFrom(Message.USER) || message.isFrom(Message.TOOL);
      if (message.isFrom(Message.ASSISTANT)) {
        leading += asked ? 0 : 1;
        if (asked && turns.get(i).mine()) {
          learned.add(i);
        }
      }
    }
    RowParts.require(!learned.isEmpty(), ChatFault.NO_ANSWER);
    List<Message> messages = turns.stream().map(Turn::message).toList();
    return new ChatRow.Kept(
        new Conversation(messages, tools), learned, new ChatMends(joined, empty, dropped, leading));
  }
}
