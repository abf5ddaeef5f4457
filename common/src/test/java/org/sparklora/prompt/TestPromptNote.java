package org.sparklora.prompt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparklora.Failure;
import org.sparklora.chat.Conversation;
import org.sparklora.chat.Message;

class TestPromptNote {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<PromptForm> forms() {
    ModelTemplates model =
        new ModelTemplates(
            Map.of(
                "default", "{{ bos_token }}{% for m in messages %}{{ m.content }}</s>{% endfor %}"),
            Map.of("bos_token", "<s>"),
            Set.of("<s>", "</s>"));
    ModelTemplates tools =
        new ModelTemplates(
            Map.of(
                "default",
                "{% for m in messages %}{{ m.content }}{% endfor %}",
                "tool_use",
                "{{ tools | length }}"),
            Map.of(),
            Set.of());
    return Stream.concat(
        PromptForms.names().stream().map(PromptForms::named),
        Stream.of(PromptForms.free("Q {prompt} A "), model.form(), tools.form()));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void aFormThatTravelledWritesTheSamePromptsAndRows(PromptForm form) throws Exception {
    PromptForm arrived = PromptNote.read(JSON.readTree(form.note().json().toString())).open();
    Conversation chat = Conversation.of(Message.user("a"), Message.assistant("b"));
    assertEquals(form.name(), arrived.name());
    assertEquals(form.note(), arrived.note());
    assertEquals(form.prompt(chat), arrived.prompt(chat));
    assertEquals(
        form.rows(chat, List.of(1), TrainOn.ALL), arrived.rows(chat, List.of(1), TrainOn.ALL));
    assertEquals(form.turnEnds(), arrived.turnEnds());
  }

  @Test
  void aNoteWithoutANameIsRefused() throws Exception {
    assertEquals(
        "Cannot read the prompt form, its note has no name: OBJECT (expected an object with form). Give --prompt_form.",
        assertThrows(Failure.class, () -> PromptNote.read(JSON.readTree("{}"))).getMessage());
  }
}
