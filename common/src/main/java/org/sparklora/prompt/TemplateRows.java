package org.sparklora.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
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

  TrainingRows of(List<Integer> learned) {
    if (learned.isEmpty()) {
      return new TrainingRows(List.of(), true, 0, 0);
    }
    Rendered whole = form.render(conversation, false);
    List<LabelSpan> tagged = taggedLabels(learned, whole);
    List<LabelSpan> labels = tagged.isEmpty() ? labels(learned, whole) : tagged;
    return labels.isEmpty() ? separate(learned, whole) : shared(whole, labels);
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
      if (promptWithin(whole.text(), index).orElse(-1) != block.start()) {
        return List.of();
      }
      labels.add(label(index, block));
    }
    return labels;
  }

  private OptionalInt promptWithin(String whole, int index) {
    return form.lengthWithin(whole, conversation.until(index), true);
  }

  private OptionalInt answeredWithin(String whole, int index) {
    return index == conversation.size() - 1
        ? OptionalInt.of(whole.length())
        : form.lengthWithin(whole, conversation.until(index + 1), false);
  }

  /**
   * By the template's own blocks, if every assistant turn has one, or else from the prompt to the
   * end of the answer; nothing unless {@code whole} begins with all prompts and answered prompts.
   */
  private List<LabelSpan> labels(List<Integer> learned, Rendered whole) {
    List<Integer> answers = answers();
    boolean hasBlocks = whole.generations().size() == answers.size();
    List<LabelSpan> labels = new ArrayList<>();
    for (int index : learned) {
      int answered = answeredWithin(whole.text(), index).orElse(-1);
      int prompt = promptWithin(whole.text(), index).orElse(Integer.MAX_VALUE);
      if (prompt > answered) {
        return List.of();
      }
      labels.add(
          hasBlocks
              ? label(index, whole.generations().get(answers.indexOf(index)))
              : label(index, prompt, form.labelEnd(whole.text(), answered)));
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

  /** A row for each turn: what was asked is not, or not as it was, what the whole text holds. */
  private TrainingRows separate(List<Integer> learned, Rendered whole) {
    List<TrainingRow> rows = new ArrayList<>();
    int otherPrompts = 0;
    for (int index : learned) {
      boolean isLast = index == conversation.size() - 1;
      String answered =
          isLast ? whole.text() : form.render(conversation.until(index + 1), false).text();
      OptionalInt prompt = promptWithin(answered, index);
      int start = prompt.orElseGet(() -> startAsWritten(answered, index));
      if (start >= 0) {
        otherPrompts += prompt.isPresent() ? 0 : 1;
        int end = form.labelEnd(answered, answered.length());
        rows.add(row(answered, List.of(label(index, start, end))));
      }
    }
    return new TrainingRows(rows, false, otherPrompts, learned.size() - rows.size());
  }

  /** Where the finished chat leaves the generation prompt; −1 if it left the prompt before. */
  private int startAsWritten(String answered, int index) {
    if (form.lengthWithin(answered, conversation.until(index), false).isEmpty()) {
      return -1;
    }
    String prompt = form.render(conversation.until(index), true).text();
    int common = 0;
    int most = Math.min(prompt.length(), answered.length());
    while (common < most && prompt.charAt(common) == answered.charAt(common)) {
      common++;
    }
    return common;
  }
}
