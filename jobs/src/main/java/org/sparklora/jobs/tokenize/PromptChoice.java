package org.sparklora.jobs.tokenize;

import java.nio.file.Path;
import java.util.Optional;
import org.sparklora.Failure;
import org.sparklora.ModelFamily;
import org.sparklora.prompt.ModelTemplates;
import org.sparklora.prompt.PromptForm;
import org.sparklora.prompt.PromptForms;
import org.sparklora.template.TemplateRefusal;
import org.sparklora.tokenize.ChatConfig;

/** The prompt form that flags ask for, or the one that belongs to the model. */
final class PromptChoice {
  /** A question as it stands, the answer behind it. */
  private static final String PLAIN = "{prompt}";

  private PromptChoice() {}

  static PromptForm of(ChatConfig chat, Path model, ModelFamily family) {
    if (!chat.promptFormat().isEmpty()) {
      return PromptForms.free(chat.promptFormat());
    }
    return switch (chat.promptForm()) {
      case ChatConfig.NONE -> PromptForms.free(PLAIN);
      case ChatConfig.TEMPLATE -> template(model).orElseThrow(() -> noTemplate(model));
      case ChatConfig.AUTO -> template(model).orElseGet(() -> ofFamily(family, model));
      default -> PromptForms.named(chat.promptForm());
    };
  }

  private static Optional<PromptForm> template(Path model) {
    try {
      return ModelTemplates.find(model).map(templates -> templates.form(false));
    } catch (TemplateRefusal refusal) {
      throw Failure.input(
          "Cannot use the model's chat template, it is not understood: %s of %s (expected what published templates use). Choose another --prompt_form."
              .formatted(refusal.summary(), model),
          refusal);
    }
  }

  private static PromptForm ofFamily(ModelFamily family, Path model) {
    if (!PromptForms.names().contains(family.word())) {
      throw noTemplate(model);
    }
    return PromptForms.named(family.word());
  }

  private static Failure noTemplate(Path model) {
    return Failure.input(
        "Cannot tokenize, the model has no chat template: %s (expected chat_template.jinja, or chat_template in tokenizer_config.json). Give --prompt_form %s, none, or a --prompt_format."
            .formatted(model, String.join(", ", PromptForms.names())));
  }
}
