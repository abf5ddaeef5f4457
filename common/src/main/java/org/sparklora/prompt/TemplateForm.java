package org.sparklora.prompt;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.sparklora.chat.Conversation;
import org.sparklora.chat.Message;
import org.sparklora.template.Rendered;
import org.sparklora.template.TemplateRefusal;
import org.sparklora.template.python.Blanks;

/** The form {@code template}: what a model's own chat template makes of a conversation. */
public final class TemplateForm implements PromptForm {
  static final String NAME = "template";

  private final ChatTemplate template;
  private final Optional<ChatTemplate> ofTools;
  private final List<String> specialTokens;
  private final Map<String, Object> variables;
  private final List<String> turnEnds;

  private TemplateForm(
      ChatTemplate template,
      Optional<ChatTemplate> ofTools,
      Collection<String> special,
      Map<String, Object> variables) {
    this.template = template;
    this.ofTools = ofTools;
    this.specialTokens = List.copyOf(special);
    this.variables = variables;
    this.turnEnds =
        Stream.concat(Stream.of(template), ofTools.stream())
            .flatMap(one -> turnEnd(one).stream())
            .distinct()
            .toList();
  }

  /**
   * The form of {@code template}.
   *
   * @param specialTokens texts of all special tokens: blanks behind one are not learned
   * @param variables further ones for each rendering, such as {@code enable_thinking}
   */
  public static TemplateForm of(
      ChatTemplate template, Collection<String> specialTokens, Map<String, Object> variables) {
    return new TemplateForm(template, Optional.empty(), specialTokens, variables);
  }

  /** The same, but with another template for conversations with tools. */
  TemplateForm withTools(ChatTemplate other) {
    return new TemplateForm(template, Optional.of(other), specialTokens, variables);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public PromptNote note() {
    return new PromptNote(
        NAME,
        template.source(),
        ofTools.map(ChatTemplate::source).orElse(""),
        template.specialTokens(),
        new LinkedHashSet<>(specialTokens));
  }

  @Override
  public List<Segment> prompt(Conversation conversation) {
    return List.of(new Segment.Rendered(render(conversation, true).text()));
  }

  @Override
  public TrainingRows rows(Conversation conversation, List<Integer> learned, TrainOn trainOn) {
    TemplateRows rows = new TemplateRows(this, conversation);
    return rows.of(trainOn.of(learned));
  }

  Rendered render(Conversation conversation, boolean generationPrompt) {
    return render(chosen(conversation), conversation, generationPrompt);
  }

  private Rendered render(
      ChatTemplate chosen, Conversation conversation, boolean generationPrompt) {
    return unlessRefused(
        () -> chosen.render(conversation.values(), generationPrompt, more(conversation)));
  }

  /** The length of a conversation's text, if {@code whole} begins with that text. */
  OptionalInt lengthWithin(String whole, Conversation conversation, boolean generationPrompt) {
    return unlessRefused(
        () ->
            chosen(conversation)
                .lengthWithin(whole, conversation.values(), generationPrompt, more(conversation)));
  }

  private static <T> T unlessRefused(Supplier<T> rendering) {
    try {
      return rendering.get();
    } catch (TemplateRefusal refusal) {
      throw new PromptRefusal(refusal.getMessage(), refusal.summary());
    }
  }

  private ChatTemplate chosen(Conversation conversation) {
    return conversation.tools().isEmpty() ? template : ofTools.orElse(template);
  }

  private Map<String, Object> more(Conversation conversation) {
    Map<String, Object> more = new LinkedHashMap<>(variables);
    if (!conversation.tools().isEmpty()) {
      more.put("tools", conversation.tools());
    }
    return more;
  }

  /** Where the labels of an answer end whose text ends at {@code answered} of {@code text}. */
  int labelEnd(String text, int answered) {
    int cut = answered;
    while (cut > 0 && Blanks.isBlank(text.charAt(cut - 1))) {
      cut--;
    }
    int end = cut;
    return specialTokens.stream().anyMatch(token -> text.startsWith(token, end - token.length()))
        ? end
        : answered;
  }

  /** The special token that the template writes right behind an answer. */
  @Override
  public List<String> turnEnds() {
    return turnEnds;
  }

  private Optional<String> turnEnd(ChatTemplate of) {
    String answer = "A7c5d";
    try {
      String text =
          render(of, Conversation.of(Message.user("Q"), Message.assistant(answer)), false).text();
      int end = text.lastIndexOf(answer) + answer.length();
      String behind = end < answer.length() ? "" : Blanks.strip(text.substring(end));
      return specialTokens.stream()
          .filter(token -> !token.isEmpty() && behind.startsWith(token))
          .max(Comparator.comparingInt(String::length));
    } catch (PromptRefusal refusal) {
      return Optional.empty();
    }
  }

  /** The usual template, which travels with what was trained on it. */
  ChatTemplate template() {
    return template;
  }
}
