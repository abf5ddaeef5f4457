package org.sparklora.answer;

import java.util.OptionalInt;
import java.util.function.ToIntFunction;
import org.sparklora.Failure;
import org.sparklora.Vocabulary;
import org.sparklora.chat.Conversation;
import org.sparklora.prompt.PromptForm;
import org.sparklora.prompt.PromptRefusal;
import org.sparklora.prompt.RoundCut;
import org.sparklora.prompt.SegmentEncoder;
import org.sparklora.text.TokenCodec;

/**
 * Prompts that leave room for their answers.
 *
 * @param contextLength most tokens of a prompt and its answer together
 */
record PromptRoom(int contextLength, Vocabulary vocabulary) {
  /** Where nobody asked for a length, history leaves this part of the context to the answer. */
  private static final int PART_OF_ANSWER = 4;

  /**
   * What to keep free.
   *
   * @param asked whether the user gave the length, else it is a wish
   */
  record Reserve(int tokens, boolean asked) {}

  /** A conversation in its form; whole oldest rounds go where there is no room for all. */
  PreparedPrompt of(Conversation conversation, PromptForm form, TokenCodec codec, Reserve reserve) {
    ToIntFunction<Conversation> size = part -> ids(part, form, codec).length;
    RoundCut cut = RoundCut.fit(conversation, size, contextLength - kept(reserve));
    int[] ids = ids(cut.conversation(), form, codec);
    return checked(ids, cut.droppedRounds(), reserve);
  }

  /** A text as it is. */
  PreparedPrompt of(String text, TokenCodec codec, Reserve reserve) {
    return checked(codec.encodePrompt(text), 0, reserve);
  }

  private int kept(Reserve reserve) {
    return reserve.asked()
        ? reserve.tokens()
        : Math.min(reserve.tokens(), Math.max(1, contextLength / PART_OF_ANSWER));
  }

  private PreparedPrompt checked(int[] ids, int dropped, Reserve reserve) {
    int longest = contextLength - (reserve.asked() ? reserve.tokens() : 1);
    if (longest < 1) {
      throw Failure.input(
          "Cannot answer, an answer of that length leaves no room for a question: %d tokens (expected fewer than the %d of this model's context). Ask for a shorter answer."
              .formatted(reserve.tokens(), contextLength));
    }
    if (ids.length > longest) {
      throw Failure.input(
          "Cannot answer, the question has no room beside its answer: %d tokens (expected at most %d for this model). Shorten it, or ask for a shorter answer."
              .formatted(ids.length, longest));
    }
    if (ids.length == 0) {
      throw Failure.input(
          "Cannot answer, the question has no tokens: 0 (expected at least 1). Write something.");
    }
    OptionalInt beyond = vocabulary.firstBeyond(ids);
    if (beyond.isPresent()) {
      throw Failure.input(
          "Cannot answer, a token is beyond the model's vocabulary: id %d (expected 0 to %d). Take the tokenizer files that were published with this base."
              .formatted(beyond.getAsInt(), vocabulary.size() - 1));
    }
    return new PreparedPrompt(ids, dropped, Math.min(reserve.tokens(), contextLength - ids.length));
  }

  private static int[] ids(Conversation conversation, PromptForm form, TokenCodec codec) {
    try {
      return new SegmentEncoder(codec).ids(form.prompt(conversation));
    } catch (PromptRefusal refusal) {
      throw Failure.input(
          "Cannot answer, the prompt form has no text for this conversation: %s (expected one that it can write). Change the system text or the roles, or choose another --prompt_form."
              .formatted(refusal.summary()));
    }
  }
}
