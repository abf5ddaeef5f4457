package org.sparklora.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Fixtures;
import org.sparklora.ModelFamily;
import org.sparklora.adapter.AdapterOrigin;
import org.sparklora.corpus.chat.Roles;
import org.sparklora.prompt.FormChoice;
import org.sparklora.prompt.PromptForms;
import org.sparklora.text.Codecs;
import org.sparklora.text.TokenCodec;

class TestPromptNotes {
  private static final FormChoice UNASKED = new FormChoice("auto", "");
  private static final JsonNode CHATGLM2 = PromptForms.named("chatglm2").note().json();

  @TempDir Path folder;

  @Test
  void theFormTravelsWithTheAdapter() {
    PromptNotes notes = choose(UNASKED, true, Optional.of(origin(CHATGLM2)), false);
    assertEquals("chatglm2", notes.form());
    assertEquals("", notes.said());
  }

  @Test
  void anotherFormOnTheCommandLineIsUsedAndNamed() {
    Optional<AdapterOrigin> trained = Optional.of(origin(CHATGLM2));
    PromptNotes other = choose(new FormChoice("baichuan", ""), true, trained, false);
    assertEquals("baichuan", other.form());
    assertEquals(
        "Prompts are written as baichuan, but the adapter was trained with chatglm2; answers may be worse",
        other.said());
    assertEquals("", choose(new FormChoice("chatglm2", ""), true, trained, false).said());
    PromptNotes none = choose(new FormChoice("none", ""), true, trained, false);
    assertEquals("none", none.form());
    assertTrue(none.said().startsWith("Prompts are written as none, "), none.said());
    Optional<AdapterOrigin> free =
        Optional.of(origin(PromptForms.free("Q {prompt} A").note().json()));
    PromptNotes another = choose(new FormChoice("auto", "问：{prompt}答："), true, free, false);
    assertEquals(
        "Prompts are written as free, but the adapter was trained with another free; answers may be worse",
        another.said());
  }

  @Test
  void anAdapterOfPlainTextsAndABaseAloneReadTextsAsTheyAre() {
    JsonNode plain = CHATGLM2.deepCopy();
    ((com.fasterxml.jackson.databind.node.ObjectNode) plain).put("form", "none");
    assertEquals(PromptNotes.PLAIN, choose(UNASKED, true, Optional.of(origin(plain)), false));
    assertEquals(
        PromptNotes.PLAIN,
        choose(UNASKED, true, Optional.of(new AdapterOrigin("", Optional.empty())), false));
    assertEquals(PromptNotes.PLAIN, choose(UNASKED, false, Optional.empty(), false));
    PromptNotes chat = choose(UNASKED, true, Optional.of(origin(plain)), true);
    assertEquals("free", chat.form());
  }

  @Test
  void anAdapterOfOthersTakesTheModelsTemplateAndSaysSo() throws IOException {
    assertEquals(PromptNotes.PLAIN, choose(UNASKED, true, Optional.empty(), false));
    Files.writeString(folder.resolve("chat_template.jinja"), "{{ messages[0]['content'] }}|");
    PromptNotes notes = choose(UNASKED, true, Optional.empty(), false);
    assertEquals("template", notes.form());
    assertEquals(
        "The adapter does not say its prompt form; the model's own is used: template",
        notes.said());
    assertEquals("template", choose(UNASKED, false, Optional.empty(), true).form());
    assertEquals("", choose(UNASKED, false, Optional.empty(), true).said());
  }

  @Test
  void aMergedModelIsAskedAsItsAdapterWasTrained() throws IOException {
    Files.writeString(folder.resolve("chat_template.jinja"), "{{ messages[0]['content'] }}|");
    Path told = folder.resolve(AdapterOrigin.FILE);
    Files.writeString(told, "{\"prompt_form\": " + CHATGLM2 + "}");
    assertEquals(PromptNotes.PLAIN, choose(UNASKED, false, Optional.empty(), false));
    Files.writeString(told, "{\"merged\": \"a=1\", \"prompt_form\": " + CHATGLM2 + "}");
    PromptNotes notes = choose(UNASKED, false, Optional.empty(), false);
    assertEquals("chatglm2", notes.form());
    assertEquals("", notes.said());
    assertEquals("chatglm2", choose(UNASKED, false, Optional.empty(), true).form());
    assertEquals(
        "Prompts are written as baichuan, but the merged one was trained with chatglm2; answers may be worse",
        choose(new FormChoice("baichuan", ""), false, Optional.empty(), false).said());
    assertEquals(
        "The adapter does not say its prompt form; the model's own is used: chatglm2",
        choose(UNASKED, true, Optional.empty(), false).said());
    JsonNode plain = PromptForms.named("baichuan").note().json();
    assertEquals("baichuan", choose(UNASKED, true, Optional.of(origin(plain)), false).form());
  }

  @Test
  void promptsAreWrittenInTheForm() {
    try (TokenCodec codec = Codecs.open(Fixtures.path("chatglm2", "model"))) {
      PromptNotes notes = choose(UNASKED, true, Optional.of(origin(CHATGLM2)), false);
      assertEquals(
          ids(codec.encodePrompt("[Round 1]\n\n问：hi\n\n答：")), ids(notes.writer(codec).ids("hi")));
      PromptNotes chats = choose(UNASKED, true, Optional.of(origin(CHATGLM2)), true);
      String row =
          "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\"}, {\"role\": \"user\", \"content\": \"hi\"}, {\"role\": \"assistant\", \"content\": \"the answer\"}]}";
      PromptWriter writer = chats.writer(codec);
      int[] whole = writer.ids(row);
      assertEquals(
          ids(codec.encodePrompt("[Round 1]\n\n问：a\n\n答：b\n\n[Round 2]\n\n问：hi\n\n答：")),
          ids(whole));
      assertEquals(ids(notes.writer(codec).ids("hi")), ids(writer.ids(row, whole.length - 1)));
      assertEquals(5, writer.ids(row, 5).length);
    }
  }

  @Test
  void answersAreShownAsTheFamilysOwnCodeShowsThem() {
    try (TokenCodec codec = Codecs.open(Fixtures.path("chatglm", "model"))) {
      FormChoice chatglm = new FormChoice("chatglm", "");
      PromptWriter writer = choose(chatglm, false, Optional.empty(), false).writer(codec);
      assertEquals("你好，我在", writer.shown(" 你好,我在\n"));
      assertEquals(" 你好,我在\n", PromptNotes.PLAIN.writer(codec).shown(" 你好,我在\n"));
    }
  }

  private PromptNotes choose(
      FormChoice asked, boolean adapter, Optional<AdapterOrigin> origin, boolean chats) {
    PromptShape shape = new PromptShape(chats, Roles.USUAL);
    return PromptNotes.choose(asked, adapter, origin, folder, ModelFamily.QWEN2, shape);
  }

  private static AdapterOrigin origin(JsonNode form) {
    return new AdapterOrigin("base", Optional.of(form));
  }

  private static String ids(int... ids) {
    return java.util.Arrays.toString(ids);
  }
}
