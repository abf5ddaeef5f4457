package org.sparklora.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.sparklora.Failure;

/**
 * A prompt form as it travels beside what was made with it: enough to write the same prompts again
 * without the model's folder.
 *
 * @param form the name of the form
 * @param text the format of {@code free}, the source of {@code template}, else empty
 * @param toolText the source of a second template for conversations with tools, or empty
 * @param specialTokens of a template, such as {@code bos_token} → {@code <s>}
 * @param allSpecial of a template: texts of all special tokens
 */
public record PromptNote(
    String form,
    String text,
    String toolText,
    Map<String, String> specialTokens,
    Set<String> allSpecial) {
  static PromptNote named(String form) {
    return new PromptNote(form, "", "", Map.of(), Set.of());
  }

  /**
   * The form that is described.
   *
   * @throws Failure when there is none of its name
   * @throws org.sparklora.template.TemplateRefusal when its template cannot be read
   */
  public PromptForm open() {
    return switch (form) {
      case PromptForms.FREE -> PromptForms.free(text);
      case TemplateForm.NAME -> template();
      default -> PromptForms.named(form);
    };
  }

  private TemplateForm template() {
    TemplateForm usual = TemplateForm.of(template(text), allSpecial, Map.of());
    return toolText.isEmpty() ? usual : usual.withTools(template(toolText));
  }

  private ChatTemplate template(String source) {
    return ChatTemplate.of("of the prompt form", source, specialTokens);
  }

  /** As an object that {@link #read} reads. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("form", form);
    if (!text.isEmpty()) {
      json.put("text", text);
    }
    if (!toolText.isEmpty()) {
      json.put("tool_text", toolText);
    }
    if (form.equals(TemplateForm.NAME)) {
      ObjectNode tokens = json.putObject("special_tokens");
      specialTokens.forEach(tokens::put);
      ArrayNode special = json.putArray("all_special");
      allSpecial.forEach(special::add);
    }
    return json;
  }

  /**
   * Reads {@link #json}.
   *
   * @throws Failure when {@code json} is no such object
   */
  public static PromptNote read(JsonNode json) {
    if (!json.path("form").isTextual()) {
      throw Failure.input(
          "Cannot read the prompt form, its note has no name: %s (expected an object with form). Give --prompt_form."
              .formatted(json.getNodeType()));
    }
    Map<String, String> tokens = new LinkedHashMap<>();
    json.path("special_tokens")
        .properties()
        .forEach(t -> tokens.put(t.getKey(), t.getValue().asText()));
    Set<String> special = new LinkedHashSet<>();
    json.path("all_special").forEach(token -> special.add(token.asText()));
    return new PromptNote(
        json.path("form").asText(),
        json.path("text").asText(""),
        json.path("tool_text").asText(""),
        tokens,
        special);
  }
}
