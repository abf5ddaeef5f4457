package org.sparklora.predict;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.sparklora.Failure;
import org.sparklora.chat.Conversation;
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

  /** Further ids that end answers. */
  default List<Integer> turnEnds() {
    return List.of();
  }

  /** An answer as it is given to the user. */
  default String shown(String answer) {
    return answer;
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
  record Formed(TokenCodec codec, PromptForm form, PromptShape shape) implements PromptWriter {
    @Override
    public int[] ids(String text) {
      return ids(shape.conversation(text));
    }

    @Override
    public int[] ids(String text, int most) {
      Conversation cut =
          RoundCut.fit(shape.conversation(text), part -> ids(part).length, most).conversation();
      int[] ids = ids(cut);
      return Arrays.copyOfRange(ids, Math.max(0, ids.length - most), ids.length);
    }

    @Override
    public List<Integer> turnEnds() {
      return form.turnEnds().stream()
          .map(codec::specialToken)
          .filter(OptionalInt::isPresent)
          .map(OptionalInt::getAsInt)
          .toList();
    }

    @Override
    public String shown(String answer) {
      return form.shown(answer);
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
