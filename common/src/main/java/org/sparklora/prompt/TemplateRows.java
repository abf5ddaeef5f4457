package org.sparklora.prompt;

import java.util.ArrayList;
import java.util.List;
import org.sparklora.chat.Conversation;
import org.sparklora.chat.Message;
import org.sparklora.template.Rendered;
import org.sparklora.template.TextSpan;

/** The rows of one conversation under a template. */
final class TemplateRows {
  private final TemplateForm form;
  private final Conversation conversation;

  TemplateRows(TemplateForm form, Conversation conversation) {
    this.form = form;
    this.conversation = conversation;
  }

  /**
   * What is learned of one turn.
   *
   * @param answered everything up to the answer, with it
   * @param end in {@code answered}, of the answer with its end token
   */
  private record Turn(int index, String prompt, Rendered answered, int end) {
    String text() {
      return answered.text();
    }

    /** Whether {@code whole} begins with both: then it holds the same labels. */
    boolean isIn(String whole) {
      return text().startsWith(prompt) && whole.startsWith(text());
    }
  }

  TrainingRows of(List<Integer> learned) {
    if (learned.isEmpty()) {
      return new TrainingRows(List.of(), true, 0, 0);
    }
    Rendered whole = form.render(conversation, false);
    List<LabelSpan> tagged = taggedLabels(learned, whole);
    if (!tagged.isEmpty()) {
      return shared(whole, tagged);
    }
    List<Turn> turns = learned.stream().map(index -> turn(index, whole)).toList();
    return turns.stream().allMatch(turn -> turn.isIn(whole.text()))
        ? shared(whole, labels(turns, whole))
        : separate(turns);
  }

  private static TrainingRows shared(Rendered whole, List<LabelSpan> labels) {
    return new TrainingRows(List.of(row(whole.text(), labels)), true, 0, 0);
  }

  /** The template's own blocks, if each begins right behind its prompt as it will be asked. */
  private List<LabelSpan> taggedLabels(List<Integer> learned, Rendered whole) {
    List<Integer> answers = answers();
    if (whole.generations().size() != answers.size()) {
      return List.of();
    }
    List<LabelSpan> labels = new ArrayList<>();
    for (int index : learned) {
      TextSpan block = whole.generations().get(answers.indexOf(index));
      String prompt = form.render(conversation.until(index), true).text();
      if (prompt.length() != block.start() || !whole.text().startsWith(prompt)) {
        return List.of();
      }
      labels.add(label(index, block));
    }
    return labels;
  }

  private Turn turn(int index, Rendered whole) {
    String prompt = form.render(conversation.until(index), true).text();
    boolean isLast = index == conversation.size() - 1;
    Rendered answered = isLast ? whole : form.render(conversation.until(index + 1), false);
    return new Turn(index, prompt, answered, form.labelEnd(answered.text()));
  }

  /** By the template's own {@code generation} blocks, if every assistant turn has one. */
  private List<LabelSpan> labels(List<Turn> turns, Rendered whole) {
    List<Integer> answers = answers();
    List<LabelSpan> labels = new ArrayList<>();
    for (Turn turn : turns) {
      labels.add(
          whole.generations().size() == answers.size()
              ? label(turn.index(), whole.generations().get(answers.indexOf(turn.index())))
              : label(turn.index(), turn.prompt().length(), turn.end()));
    }
    return labels;
  }

  private List<Integer> answers() {
    List<Integer> answers = new ArrayList<>();
    for (int i = 0; i < conversation.size(); i++) {
      if (conversation.messages().get(i).isFrom(Message.ASSISTANT)) {
        answers.add(i);
      }
    }
    return answers;
  }

  private static LabelSpan label(int turn, TextSpan span) {
    return label(turn, span.start(), span.end());
  }

  private static LabelSpan label(int turn, int start, int end) {
    return new LabelSpan(turn, new Place(0, start), new Place(0, end));
  }

  private static TrainingRow row(String text, List<LabelSpan> labels) {
    return new TrainingRow(List.of(new Segment.Rendered(text)), labels);
  }

  private TrainingRows separate(List<Turn> turns) {
    List<TrainingRow> rows = new ArrayList<>();
    int otherPrompts = 0;
    for (Turn turn : turns) {
      boolean asked = turn.text().startsWith(turn.prompt());
      int start = asked ? turn.prompt().length() : startAsWritten(turn);
      if (start >= 0) {
        otherPrompts += asked ? 0 : 1;
        rows.add(row(turn.text(), List.of(label(turn.index(), start, turn.end()))));
      }
    }
    return new TrainingRows(rows, false, otherPrompts, turns.size() - rows.size());
  }

  /** Where the finished chat leaves the generation prompt; −1 if it left the prompt before. */
  private int startAsWritten(Turn turn) {
    String before = form.render(conversation.until(turn.index()), false).text();
    if (!turn.text().startsWith(before)) {
      return -1;
    }
    int common = 0;
    int most = Math.min(turn.prompt().length(), turn.text().length());
    while (common < most && turn.prompt().charAt(common) == turn.text().charAt(common)) {
      common++;
    }
    return common;
  }
}
