package org.sparklora.prompt;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.sparklora.template.RenderLimits;
import org.sparklora.template.Rendered;
import org.sparklora.template.Template;
import org.sparklora.template.TemplateRefusal;

/**
 * A model's template with its special tokens: renders as transformers' {@code apply_chat_template}.
 */
public final class ChatTemplate {
  private static final List<String> REASONING =
      List.of("reasoning_content", "thinking", "reasoning");

  private final String source;
  private final Template template;
  private final Map<String, String> specialTokens;

  private ChatTemplate(String source, Template template, Map<String, String> specialTokens) {
    this.source = source;
    this.template = template;
    this.specialTokens = Collections.unmodifiableMap(new LinkedHashMap<>(specialTokens));
  }

  /**
   * Reads a template.
   *
   * @param name for messages, such as the file's
   * @param specialTokens such as {@code bos_token} → {@code <s>}
   * @throws TemplateRefusal when it cannot be read
   */
  public static ChatTemplate of(String name, String source, Map<String, String> specialTokens) {
    return new ChatTemplate(source, Template.parse(name, source), specialTokens);
  }

  /** {@link #of} with a clock for {@code strftime_now}. */
  static ChatTemplate of(
      String name, String source, Map<String, String> special, Supplier<LocalDateTime> now) {
    return new ChatTemplate(source, Template.parse(name, source, RenderLimits.USUAL, now), special);
  }

  public String source() {
    return source;
  }

  public Map<String, String> specialTokens() {
    return specialTokens;
  }

  /**
   * The text of {@code messages}, which are JSON values.
   *
   * @param more further variables, such as {@code tools}, {@code documents}, {@code
   *     enable_thinking}
   * @throws TemplateRefusal when the template refuses them
   */
  public Rendered render(
      List<Map<String, Object>> messages, boolean generationPrompt, Map<String, Object> more) {
    return template.render(values(messages, generationPrompt, more));
  }

  /**
   * The length of the text that {@link #render} makes, if {@code whole} begins with that text; it
   * is not made for that.
   *
   * @throws TemplateRefusal when the template refuses the messages
   */
  OptionalInt lengthWithin(
      String whole,
      List<Map<String, Object>> messages,
      boolean generationPrompt,
      Map<String, Object> more) {
    return template.lengthWithin(whole, values(messages, generationPrompt, more));
  }

  private Map<String, Object> values(
      List<Map<String, Object>> messages, boolean generationPrompt, Map<String, Object> more) {
    Map<String, Object> values = new LinkedHashMap<>(specialTokens);
    values.put("tools", null);
    values.put("documents", null);
    values.putAll(more);
    values.put("messages", completed(messages));
    values.put("add_generation_prompt", generationPrompt);
    return values;
  }

  private static List<Object> completed(List<Map<String, Object>> messages) {
    List<Object> out = new ArrayList<>(messages.size());
    messages.forEach(message -> out.add(withReasoning(withoutNull(message))));
    return out;
  }

  private static Map<String, Object> withoutNull(Map<String, Object> message) {
    if (!message.containsValue(null)) {
      return message;
    }
    Map<String, Object> out = new LinkedHashMap<>(message);
    out.values().removeIf(value -> value == null);
    return out;
  }

  /** A thought goes by three names; templates read one of them. */
  private static Map<String, Object> withReasoning(Map<String, Object> message) {
    for (String name : REASONING) {
      Object thought = message.get(name);
      if (thought != null) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("thinking", thought);
        out.putAll(message);
        out.put("reasoning_content", thought);
        return out;
      }
    }
    return message;
  }
}
