package org.sparklora.prompt;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.sparklora.Failure;

/** The forms that need no template. */
public final class PromptForms {
  /** LLM-Tuning's own prompt, which baichuan-7B is asked with. */
  public static final String SEED_FORMAT = "问：{prompt}答：";

  static final String FREE = "free";

  private static final String PROMPT = "{prompt}";

  private static final PromptForm CHATGLM =
      new RoundForm(PromptNote.named("chatglm"), PromptForms::chatGlm, Cleaning.CHATGLM);
  private static final PromptForm CHATGLM2 =
      new RoundForm(PromptNote.named("chatglm2"), PromptForms::chatGlm2, Cleaning.CHATGLM2);
  private static final List<PromptForm> ALL =
      List.of(
          CHATGLM,
          CHATGLM2,
          new ChatGlm3Form(),
          new RoundForm(
              PromptNote.named("baichuan"), rounds -> filled(SEED_FORMAT, rounds), Cleaning.NONE),
          new Baichuan2Form());

  private PromptForms() {}

  public static List<String> names() {
    return ALL.stream().map(PromptForm::name).toList();
  }

  /**
   * The form of this name.
   *
   * @throws Failure when there is none
   */
  public static PromptForm named(String name) {
    return ALL.stream()
        .filter(form -> form.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                Failure.usage(
                    "Cannot use the prompt form, --prompt_form names none: %s (expected one of %s). Choose one of them, or give --prompt_format."
                        .formatted(name, String.join(", ", names()))));
  }

  /**
   * The form {@code free}: {@code format} with the question in it, the answer behind it.
   *
   * @throws Failure when {@code format} has no place for the question
   */
  public static PromptForm free(String format) {
    if (!format.contains(PROMPT)) {
      throw Failure.usage(
          "Cannot use the prompt form, --prompt_format has no place for the question: %s (expected a text with {prompt}, such as %s). Put {prompt} into it."
              .formatted(format, SEED_FORMAT));
    }
    return new RoundForm(
        new PromptNote(FREE, format, "", Map.of(), Set.of()),
        rounds -> filled(format, rounds),
        Cleaning.NONE);
  }

  private static String filled(String format, Rounds rounds) {
    StringBuilder text = new StringBuilder();
    for (Rounds.Round round : rounds.history()) {
      text.append(format.replace(PROMPT, round.question())).append(round.answer());
    }
    return text.append(format.replace(PROMPT, rounds.question())).toString();
  }

  /** Without a history the question is the prompt; else rounds count from 0. */
  private static String chatGlm(Rounds rounds) {
    if (rounds.history().isEmpty()) {
      return rounds.question();
    }
    return numbered(rounds, 0, "[Round %d]\n问：%s\n答：", "\n");
  }

  /** Always with its number, from 1. */
  private static String chatGlm2(Rounds rounds) {
    return numbered(rounds, 1, "[Round %d]\n\n问：%s\n\n答：", "\n\n");
  }

  private static String numbered(Rounds rounds, int first, String format, String behind) {
    StringBuilder text = new StringBuilder();
    List<Rounds.Round> history = rounds.history();
    IntStream.range(0, history.size())
        .forEach(
            i ->
                text.append(format.formatted(first + i, history.get(i).question()))
                    .append(history.get(i).answer())
                    .append(behind));
    return text.append(format.formatted(first + history.size(), rounds.question())).toString();
  }
}
