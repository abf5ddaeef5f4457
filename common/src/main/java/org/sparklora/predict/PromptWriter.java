package org.sparklora.predict;

import java.util.Arrays;
import java.util.OptionalInt;
import org.sparklora.Failure;
import org.sparklora.chat.Conversation;
import org.sparklora.chat.Message;
import org.sparklora.corpus.chat.Questions;
import org.sparklora.prompt.PromptForm;
import org.sparklora.prompt.PromptRefusal;
import org.sparklora.prompt.RoundCut;
import org.sparklora.prompt.SegmentEncoder;
import org.sparklora.text.TokenCodec;

/** Prompts as token ids. For one thread, like its codec. */
interface PromptWriter {
  int[] ids(String text);

  /** At most so many, of a prompt that has more. */
  int[] ids(String text, int most);

  /** A further id that ends answers. */
  default OptionalInt endOfTurn() {
    return OptionalInt.empty();
  }

  /** Texts as they are; cut at their end. */
  record Plain(TokenCodec codec) implements PromptWriter {
    @Override
    public int[] ids(String text) {
      return codec.encodePrompt(text);
    }

    @Override
    public int[] ids(String text, int most) {
      return codec.encodePrompt(text, most);
    }
  }

  /** In a prompt form; whole oldest rounds go first, then the beginning of what is left. */
  record Formed(TokenCodec codec, PromptForm form, boolean areConversations)
      implements PromptWriter {
    @Override
    public int[] ids(String text) {
      return ids(conversation(text));
    }

    @Override
    public int[] ids(String text, int most) {
      Conversation cut =
          RoundCut.fit(conversation(text), part -> ids(part).length, most).conversation();
      int[] ids = ids(cut);
      return Arrays.copyOfRange(ids, Math.max(0, ids.length - most), ids.length);
    }

    @Override
    public OptionalInt endOfTurn() {
      return form.endOfTurn().map(codec::specialToken).orElse(OptionalInt.empty());
    }

    private Conversation conversation(String text) {
      return areConversations
          ? Questions.of(text).conversation().orElseThrow(IllegalStateException::new)
          : Conversation.of(Message.user(text));
    }

    private int[] ids(Conversation conversation) {
      try {
        return new SegmentEncoder(codec).ids(form.prompt(conversation));
      } catch (PromptRefusal refusal) {
        throw Failure.input(
            "Cannot predict, the prompt form has no text for a conversation: %s (expected one that it can write). Leave the row out, or choose another --prompt_form."
                .formatted(refusal.summary()));
      }
    }
  }
}
