package org.sparklora.prompt;

import java.util.ArrayList;
import java.util.List;
import org.sparklora.chat.Conversation;

/** One row for each answer: its prompt as it will be asked, the answer, the end token. */
final class AnswerRows {
  /** The segments of one answer behind its prompt. */
  @FunctionalInterface
  interface Answers {
    List<Segment> answer(Conversation conversation, int turn);
  }

  private AnswerRows() {}

  static TrainingRows of(
      PromptForm form, Answers answers, Conversation conversation, List<Integer> turns) {
    List<TrainingRow> rows = new ArrayList<>();
    for (int turn : turns) {
      List<Segment> segments = new ArrayList<>(form.prompt(conversation.until(turn)));
      Place start = new Place(segments.size(), 0);
      segments.addAll(answers.answer(conversation, turn));
      segments.add(new Segment.End());
      Place end = new Place(segments.size(), 0);
      rows.add(new TrainingRow(segments, List.of(new LabelSpan(turn, start, end))));
    }
    return new TrainingRows(rows, rows.size() == 1, 0, 0);
  }

  static List<Segment> plain(Conversation conversation, int turn) {
    return List.of(new Segment.Plain(conversation.messages().get(turn).content()));
  }
}
