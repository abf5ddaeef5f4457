package org.sparklora.prompt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Failure;
import org.sparklora.chat.Conversation;
import org.sparklora.chat.Message;

class TestModelTemplates {
  @TempDir Path folder;

  private void file(String name, String text) throws IOException {
    Files.createDirectories(folder.resolve(name).getParent());
    Files.writeString(folder.resolve(name), text);
  }

  private Map<String, String> sources() {
    return ModelTemplates.find(folder).orElseThrow().sources();
  }

  @Test
  void aFolderWithoutOneHasNone() throws IOException {
    assertEquals(Optional.empty(), ModelTemplates.find(folder));
    file("tokenizer_config.json", "{\"chat_template\": null}");
    assertEquals(Optional.empty(), ModelTemplates.find(folder));
  }

  @Test
  void theFileWinsOverTheKey() throws IOException {
    file("tokenizer_config.json", "{\"chat_template\": \"key\"}");
    assertEquals(Map.of("default", "key"), sources());
    file("chat_template.jinja", "file");
    file("additional_chat_templates/tool_use.jinja", "tools");
    file("additional_chat_templates/notes.txt", "no template");
    assertEquals(Map.of("default", "file", "tool_use", "tools"), sources());
  }

  @Test
  void ofAListTheDefaultIsTakenOrTheOneForTools() throws IOException {
    file(
        "tokenizer_config.json",
        "{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"t\"}, {\"name\": \"default\", \"template\": \"d\"}]}");
    ModelTemplates templates = ModelTemplates.find(folder).orElseThrow();
    assertEquals("d", prompt(templates.form(), List.of()));
    assertEquals("t", prompt(templates.form(), List.of(Map.of("name", "f"))));
  }

  /** As transformers has it: what a folder calls tool_use is for conversations with tools alone. */
  @Test
  void theFileForToolsIsTakenWhereAConversationHasSome() throws IOException {
    file("chat_template.jinja", "usual {{ tools }}");
    file("additional_chat_templates/tool_use.jinja", "{{ tools[0].name }}");
    TemplateForm form = ModelTemplates.find(folder).orElseThrow().form();
    TemplateForm arrived = (TemplateForm) PromptNote.read(form.note().json()).open();
    for (TemplateForm one : List.of(form, arrived)) {
      assertEquals("usual None", prompt(one, List.of()));
      assertEquals("f", prompt(one, List.of(Map.of("name", "f"))));
    }
    file("additional_chat_templates/tool_use.jinja", "{{ nothing.at.all }}");
    TemplateForm broken = ModelTemplates.find(folder).orElseThrow().form();
    assertEquals("usual None", prompt(broken, List.of()));
    assertThrows(PromptRefusal.class, () -> prompt(broken, List.of(Map.of("name", "f"))));
  }

  private static String prompt(TemplateForm form, List<Object> tools) {
    return form.render(new Conversation(List.of(Message.user("Q")), tools), true).text();
  }

  @Test
  void severalWithoutADefaultAreRefused() throws IOException {
    file(
        "tokenizer_config.json",
        "{\"chat_template\": [{\"name\": \"a\", \"template\": \"t\"}, {\"name\": \"b\", \"template\": \"d\"}]}");
    ModelTemplates templates = ModelTemplates.find(folder).orElseThrow();
    assertEquals(
        "Cannot use the chat templates, the model has several and none is the default: a, b (expected one named default). Choose a --prompt_form.",
        assertThrows(Failure.class, () -> templates.form()).getMessage());
  }

  @Test
  void specialTokensAreTextsOrObjectsHereOrInTheOlderFile() throws IOException {
    file("chat_template.jinja", "x");
    file(
        "tokenizer_config.json",
        "{\"bos_token\": {\"content\": \"<s>\", \"lstrip\": false}, \"pad_token\": null, \"additional_special_tokens\": [\"<|im_end|>\"],"
            + " \"added_tokens_decoder\": {\"7\": {\"content\": \"<think>\", \"special\": false}, \"8\": {\"content\": \"<|eot|>\", \"special\": true}}}");
    file("special_tokens_map.json", "{\"eos_token\": \"</s>\", \"pad_token\": \"<pad>\"}");
    ModelTemplates templates = ModelTemplates.find(folder).orElseThrow();
    assertEquals(Map.of("bos_token", "<s>", "eos_token", "</s>"), templates.specialTokens());
    assertEquals(Set.of("<s>", "</s>", "<|im_end|>", "<|eot|>"), templates.allSpecial());
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    file("tokenizer_config.json", "{\"chat_template\": [1]}");
    String form = assertThrows(Failure.class, () -> ModelTemplates.find(folder)).getMessage();
    assertEquals(
        "Cannot read the chat template, chat_template has another form: %s (expected a text, or a list of name and template). Download the file again."
            .formatted(folder.resolve("tokenizer_config.json")),
        form);
    file("tokenizer_config.json", "{");
    String damaged = assertThrows(Failure.class, () -> ModelTemplates.find(folder)).getMessage();
    assertTrue(
        damaged.startsWith(
            "Cannot read the chat template, a file is damaged: %s ("
                .formatted(folder.resolve("tokenizer_config.json"))),
        damaged);
  }
}
