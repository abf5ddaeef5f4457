package org.sparklora.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.sparklora.chat.Conversation;
import org.sparklora.chat.Message;

/**
 * A conversation that was made to fit by dropping whole oldest rounds.
 *
 * @param kept indices of the messages that stayed: all system texts, and the newest rounds
 * @param fits whether what is left fits
 */
public record RoundCut(
    Conversation conversation, List<Integer> kept, int droppedRounds, boolean fits) {
  /**
   * The largest part of {@code conversation} whose {@code size} is at most {@code budget}; the
   * newest round stays in any case.
   */
  public static RoundCut fit(
      Conversation conversation, ToIntFunction<Conversation> size, int budget) {
    List<Integer> starts = starts(conversation);
    int last = Math.max(0, starts.size() - 1);
    for (int dropped = 0; ; dropped++) {
      int from = starts.isEmpty() ? 0 : starts.get(dropped);
      RoundCut cut = behind(from, dropped, conversation, size, budget);
      if (cut.fits || dropped >= last) {
        return cut;
      }
    }
  }

  /** Where rounds begin: at the first message that is no system text, then at each question. */
  private static List<Integer> starts(Conversation conversation) {
    List<Integer> starts = new ArrayList<>();
    for (int i = 0; i < conversation.size(); i++) {
      Message message = conversation.messages().get(i);
      boolean opens = message.isFrom(Message.USER) || starts.isEmpty();
      if (opens && !message.isFrom(Message.SYSTEM)) {
        starts.add(i);
      }
    }
    return starts;
  }

  private static RoundCut behind(
      int from,
      int dropped,
      Conversation conversation,
      ToIntFunction<Conversation> size,
      int budget) {
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < conversation.size(); i++) {
      if (i >= from || conversation.messages().get(i).isFrom(Message.SYSTEM)) {
        kept.add(i);
      }
    }
    List<Message> messages = kept.stream().map(conversation.messages()::get).toList();
    Conversation rest = new Conversation(messages, conversation.tools());
    return new RoundCut(rest, List.copyOf(kept), dropped, size.applyAsInt(rest) <= budget);
  }
}
