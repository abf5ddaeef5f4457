package org.sparklora.prompt;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparklora.Failure;
import org.sparklora.ModelFamily;
import org.sparklora.template.TemplateRefusal;

/**
 * What {@code --prompt_form} and {@code --prompt_format} say.
 *
 * @param word {@code auto}, {@code none}, {@code template} or the name of a form
 * @param format a text with {@code {prompt}} in it, or empty
 */
public record FormChoice(String word, String format) {
  public static final String AUTO = "auto";
  public static final String NONE = "none";

  public FormChoice {
    if (!words().contains(word)) {
      throw Failure.usage(
          "Cannot use the prompt form, --prompt_form is no word it knows: %s (expected one of %s). Choose one of them, or give --prompt_format."
              .formatted(word, String.join(", ", words())));
    }
    if (!format.isEmpty()) {
      PromptForms.free(format);
      if (!word.equals(AUTO)) {
        throw Failure.usage(
            "Cannot use the prompt form, --prompt_format and --prompt_form are both given: %s (expected one of them). Leave one out."
                .formatted(word));
      }
    }
  }

  /** The words of {@code --prompt_form}. */
  public static List<String> words() {
    List<String> words = new ArrayList<>(List.of(AUTO, NONE, TemplateForm.NAME));
    words.addAll(PromptForms.names());
    return words;
  }

  /** Whether anything was asked for. */
  public boolean isAsked() {
    return !word.equals(AUTO) || !format.isEmpty();
  }

  /** Whether prompts are the text of the question and nothing else. */
  public boolean isPlain() {
    return word.equals(NONE);
  }

  /**
   * The form for the base in {@code folder}: of {@code auto} its template, else the family's form.
   *
   * @throws Failure when there is none, or it cannot be read
   */
  public PromptForm open(Path folder, ModelFamily family) {
    if (!format.isEmpty()) {
      return PromptForms.free(format);
    }
    if (!word.equals(AUTO) && !word.equals(TemplateForm.NAME)) {
      return PromptForms.named(word);
    }
    return template(folder)
        .or(() -> word.equals(AUTO) ? ofFamily(family).map(PromptForms::named) : Optional.empty())
        .orElseThrow(
            () ->
                Failure.input(
                    "Cannot choose a prompt form, the base has no chat template: %s (expected chat_template.jinja, or chat_template in tokenizer_config.json). Give --prompt_form or --prompt_format."
                        .formatted(folder)));
  }

  /** The template of the base in {@code folder}, if it has one. */
  public static Optional<PromptForm> template(Path folder) {
    try {
      return ModelTemplates.find(folder).map(ModelTemplates::form);
    } catch (TemplateRefusal refusal) {
      throw Failure.input(refusal.getMessage(), refusal);
    }
  }

  /** Forms of families whose bases were published without a template. */
  private static Optional<String> ofFamily(ModelFamily family) {
    return switch (family) {
      case CHATGLM -> Optional.of("chatglm");
      case CHATGLM2 -> Optional.of("chatglm2");
      case CHATGLM3 -> Optional.of("chatglm3");
      case BAICHUAN -> Optional.of("baichuan");
      case BAICHUAN2 -> Optional.of("baichuan2");
      case GLM, LLAMA, MISTRAL, QWEN2, QWEN3, PHI3, GEMMA3_TEXT -> Optional.empty();
    };
  }
}
