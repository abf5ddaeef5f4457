package org.sparklora.prompt;

import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.sparklora.chat.Conversation;

/** A form that writes questions and answers into one text inside the family's frame. */
record RoundForm(PromptNote note, Function<Rounds, String> text, UnaryOperator<String> cleaning)
    implements PromptForm {
  @Override
  public String name() {
    return note.form();
  }

  @Override
  public List<Segment> prompt(Conversation conversation) {
    return List.of(new Segment.Framed(text.apply(Rounds.of(conversation, name()))));
  }

  @Override
  public TrainingRows rows(Conversation conversation, List<Integer> learned, TrainOn trainOn) {
    return AnswerRows.of(this, AnswerRows::plain, conversation, trainOn.of(learned));
  }

  @Override
  public String shown(String answer) {
    return cleaning.apply(answer);
  }
}
