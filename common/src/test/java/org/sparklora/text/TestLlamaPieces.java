package org.sparklora.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Fixtures;

/** LLaMA with baichuan's tokenizer.model alone; the ids are those of transformers 5.24.0. */
class TestLlamaPieces {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SETTINGS =
      """
      {"tokenizer_class": "LlamaTokenizer", "add_bos_token": true, "bos_token": "<s>",
       "eos_token": "</s>", "unk_token": "<unk>", "legacy": false}""";

  @TempDir Path folder;
  private final List<String> notes = new ArrayList<>();

  @BeforeEach
  void copyPieces() throws IOException {
    Files.copy(
        Fixtures.path("baichuan", "model/tokenizer.model"), folder.resolve("tokenizer.model"));
  }

  @Test
  void onlyTheFirstTextGetsABlankWithoutLegacy() throws IOException {
    settings(SETTINGS);
    assertIds("Hi there", 1, 441, 588, 446, 280, 260, 442);
    assertIds(" x  y", 1, 441, 509, 306, 458);
    assertIds("<s>a</s> b", 1, 1, 444, 2, 294);
    assertIds("a</s> b", 1, 264, 2, 294);
    assertIds("\ud83d\ude00 \u6c49 \4", 1, 441, 591, 441, 233, 180, 140, 441, 7);
    assertIds("", 1);
    assertIds("  ", 1, 306);
    assertEquals(List.of(), notes);
  }

  @Test
  void eachTextGetsABlankWithLegacy() throws IOException {
    settings(SETTINGS.replace("\"legacy\": false", "\"legacy\": true"));
    assertIds("<s>a</s> b", 1, 1, 264, 2, 294);
    assertIds(" x  y", 1, 441, 509, 306, 458);
    assertEquals(
        "The tokenizer %s puts a blank before a text by legacy and add_prefix_space of tokenizer_config.json, as transformers 5 does; transformers 4 gives other ids to texts that begin with a blank or follow a special token (docs/tokenizers.md)."
            .formatted(folder.resolve("tokenizer.model")),
        notes.get(notes.size() - 1));
  }

  @Test
  void settingsDecideAboutFrameAndBlank() throws IOException {
    settings(SETTINGS.replace("{", "{\"add_eos_token\": true, \"add_prefix_space\": false,"));
    assertIds("Hi there", 1, 588, 446, 280, 260, 442, 2);
    settings(SETTINGS.replace("{", "{\"pad_token\": \"[PAD]\","));
    assertIds("[PAD]", 1, 600);
  }

  @Test
  void specialTokensAreSplitWhereTheSettingsSaySo() throws IOException {
    settings(SETTINGS.replace("{", "{\"split_special_tokens\": true,"));
    assertIds("a</s> b", 1, 264, 580, 579, 447, 581, 294);
    assertIds("x<unk>", 1, 441, 509, 580, 396, 488, 581);
    assertEquals(List.of(), notes);
  }

  @Test
  void withoutSettingsNothingStandsAroundAPromptWhichIsSaid() throws IOException {
    settings("{\"tokenizer_class\": \"LlamaTokenizer\"}");
    assertIds("Hi there", 441, 588, 446, 280, 260, 442);
    assertEquals(
        1,
        notes.stream()
            .filter(
                note ->
                    note.contains(
                        "puts [] before a prompt and [] behind it, as transformers 5 does; transformers 4 puts [1] and [], by add_bos_token and add_eos_token (docs/tokenizers.md)."))
            .count());
  }

  @Test
  void decodesWithoutTheFirstBlank() throws IOException {
    settings(SETTINGS);
    try (TokenCodec codec = codec()) {
      assertEquals("a != b", codec.decode(codec.encodePrompt("a != b")));
    }
  }

  @Test
  void theFolderDecidesWhichFileIsRead() throws IOException {
    Files.copy(Fixtures.path("llama", "model/config.json"), folder.resolve("config.json"));
    settings(SETTINGS);
    try (TokenCodec codec = Codecs.open(folder)) {
      assertArrayEquals(new int[] {1, 264, 2, 294}, codec.encodePrompt("a</s> b"));
    }
  }

  private void settings(String json) throws IOException {
    notes.clear();
    Files.writeString(folder.resolve("tokenizer_config.json"), json);
  }

  private void assertIds(String text, int... ids) {
    try (TokenCodec codec = codec()) {
      assertArrayEquals(ids, codec.encodePrompt(text), text);
    }
  }

  private TokenCodec codec() {
    Notes once = new Notes(notes::add);
    JsonNode config = JSON.createObjectNode().put("eos_token_id", 2);
    return new LlamaPieces(new EncoderChoice(once), once).open(new TokenizerFolder(folder), config);
  }
}
