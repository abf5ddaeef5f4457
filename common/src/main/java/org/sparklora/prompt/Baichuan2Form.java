package org.sparklora.prompt;

import java.util.ArrayList;
import java.util.List;
import org.sparklora.chat.Conversation;
import org.sparklora.chat.Message;

/** Baichuan2-Chat: the system text, then one token without a name before each turn. */
record Baichuan2Form() implements PromptForm {
  private static final Segment USER = new Segment.TokenId(195);
  private static final Segment ASSISTANT = new Segment.TokenId(196);

  @Override
  public String name() {
    return "baichuan2";
  }

  @Override
  public List<Segment> prompt(Conversation conversation) {
    List<Segment> segments = new ArrayList<>();
    for (Message message : conversation.messages()) {
      if (!message.isFrom(Message.SYSTEM)) {
        segments.add(role(message));
      } else if (!segments.isEmpty()) {
        throw PromptRefusal.noPlaceFor("a later system", name());
      }
      if (!message.isFrom(Message.SYSTEM) || !message.content().isEmpty()) {
        segments.add(new Segment.Plain(message.content()));
      }
    }
    segments.add(ASSISTANT);
    return segments;
  }

  private Segment role(Message message) {
    return switch (message.role()) {
      case Message.USER -> USER;
      case Message.ASSISTANT -> ASSISTANT;
      default -> throw PromptRefusal.noPlaceFor(message.role(), name());
    };
  }

  @Override
  public TrainingRows rows(Conversation conversation, List<Integer> learned, TrainOn trainOn) {
    return AnswerRows.of(this, AnswerRows::plain, conversation, trainOn.of(learned));
  }
}
