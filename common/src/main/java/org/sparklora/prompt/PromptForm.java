package org.sparklora.prompt;

import java.util.List;
import org.sparklora.chat.Conversation;

/**
 * How conversations become what a model reads: a value that any number of threads may use.
 *
 * <p>Where a form has no text for a conversation it throws a {@link PromptRefusal}.
 */
public interface PromptForm {
  /** The word of {@code --prompt_form}. */
  String name();

  /** What the model reads before it answers the last message. */
  List<Segment> prompt(Conversation conversation);

  /**
   * The rows that teach the turns {@code learned}, which are indices of assistant messages with
   * something before them.
   */
  TrainingRows rows(Conversation conversation, List<Integer> learned, TrainOn trainOn);

  /** This form as it travels with what is made with it; its name says all of a built-in one. */
  default PromptNote note() {
    return PromptNote.named(name());
  }

  /** An answer as the family's own code gives it to the user. */
  default String shown(String answer) {
    return answer;
  }

  /** Texts of the tokens that end an answer beside the model's end of text. */
  default List<String> turnEnds() {
    return List.of();
  }
}
