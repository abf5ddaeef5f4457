package org.sparklora.prompt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.Failure;
import org.sparklora.ModelFamily;

class TestFormChoice {
  @TempDir Path folder;

  private PromptForm open(String word, ModelFamily family) {
    return new FormChoice(word, "").open(folder, family);
  }

  @ParameterizedTest
  @CsvSource({
    "CHATGLM,chatglm",
    "CHATGLM2,chatglm2",
    "CHATGLM3,chatglm3",
    "BAICHUAN,baichuan",
    "BAICHUAN2,baichuan2"
  })
  void withoutATemplateTheFamilyHasItsForm(ModelFamily family, String form) {
    assertEquals(form, open("auto", family).name());
  }

  @Test
  void theTemplateWinsOverTheFamilyAndANameOverBoth() throws IOException {
    Files.writeString(folder.resolve("chat_template.jinja"), "{{ messages }}");
    assertEquals("template", open("auto", ModelFamily.CHATGLM2).name());
    assertEquals("template", open("template", ModelFamily.CHATGLM2).name());
    assertEquals("chatglm", open("chatglm", ModelFamily.CHATGLM2).name());
  }

  @Test
  void aFormatIsTheFreeForm() {
    PromptForm form = new FormChoice("auto", "Q{prompt}").open(folder, ModelFamily.LLAMA);
    assertEquals(PromptForms.free("Q{prompt}").note(), form.note());
  }

  @Test
  void aBaseWithoutATemplateIsRefused() {
    Failure failure = assertThrows(Failure.class, () -> open("auto", ModelFamily.LLAMA));
    assertEquals(
        "Cannot choose a prompt form, the base has no chat template: %s (expected chat_template.jinja, or chat_template in tokenizer_config.json). Give --prompt_form or --prompt_format."
            .formatted(folder),
        failure.getMessage());
    assertThrows(Failure.class, () -> open("template", ModelFamily.CHATGLM2));
  }

  @Test
  void aTemplateThatCannotBeReadIsAFaultOfTheInput() throws IOException {
    Files.writeString(folder.resolve("chat_template.jinja"), "{% if x %}");
    Failure failure = assertThrows(Failure.class, () -> open("auto", ModelFamily.LLAMA));
    assertTrue(
        failure
            .getMessage()
            .startsWith(
                "Cannot render the chat template of the model, line 1 is refused as syntax"),
        failure.getMessage());
  }

  @Test
  void wordsAreChecked() {
    assertTrue(new FormChoice("none", "").isPlain());
    assertEquals(
        "Cannot use the prompt form, --prompt_form is no word it knows: glm (expected one of auto, none, template, chatglm, chatglm2, chatglm3, baichuan, baichuan2). Choose one of them, or give --prompt_format.",
        assertThrows(Failure.class, () -> new FormChoice("glm", "")).getMessage());
    assertEquals(
        "Cannot use the prompt form, --prompt_format and --prompt_form are both given: chatglm (expected one of them). Leave one out.",
        assertThrows(Failure.class, () -> new FormChoice("chatglm", "{prompt}")).getMessage());
    assertThrows(Failure.class, () -> new FormChoice("auto", "no place"));
  }
}
