package org.sparklora.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Failure;
import org.sparklora.text.json.TokenizerJson;

/** What config.json and tokenizer.json may say beside the vocabulary. */
class TestTokenizerSettings {
  private static final String TEMPLATE =
      """
      {"type": "TemplateProcessing",
       "single": [{"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}},
                  {"SpecialToken": {"id": "</s>"}}],
       "special_tokens": {"<s>": {"ids": [1, 7]}, "</s>": {"ids": [2]}}}""";

  @TempDir Path folder;

  @Test
  void templateStandsAroundPrompts() throws IOException {
    assertFrame(new int[] {1, 7}, new int[] {2}, TEMPLATE);
  }

  @Test
  void laterTemplatesStandOutside() throws IOException {
    String inner = TEMPLATE.replace("[1, 7]", "[8]").replace("\"ids\": [2]", "\"ids\": [9]");
    assertFrame(
        new int[] {1, 7, 8},
        new int[] {9, 2},
        "{\"type\": \"Sequence\", \"processors\": [%s, {\"type\": \"ByteLevel\"}, %s]}"
            .formatted(inner, TEMPLATE));
  }

  @Test
  void withoutPostProcessorNothingIsAdded() throws IOException {
    assertFrame(new int[0], new int[0], "null");
    assertFrame(new int[0], new int[0], "{\"type\": \"ByteLevel\"}");
    assertEquals(0, frame("{\"model\": {\"vocab\": {}}}").size());
  }

  @Test
  void unknownPostProcessorsAreRefusedByName() {
    assertEquals(
        "Cannot read the tokenizer, its post_processor is of an unknown type: BertProcessing (expected ByteLevel, Sequence or TemplateProcessing). Choose a supported base model.",
        assertThrows(
                Failure.class, () -> frame("{\"post_processor\": {\"type\": \"BertProcessing\"}}"))
            .getMessage());
  }

  @Test
  void endTokenIsTheConfigs() throws JsonProcessingException {
    assertEquals(5, EndOfSequence.of(json("{\"eos_token_id\": 5}"), 7));
  }

  @Test
  void ofSeveralEndTokensTheTokenizersOwnIsTaken() throws JsonProcessingException {
    JsonNode config = json("{\"eos_token_id\": [128001, 128008, 128009]}");
    assertEquals(128009, EndOfSequence.of(config, 128009));
    assertEquals(128001, EndOfSequence.of(config, 4));
    assertEquals(128001, EndOfSequence.of(config));
  }

  @Test
  void anEndTokenThatTheConfigLacksIsThatOfGenerationElseTheTokenizersOwn() throws IOException {
    for (String config : List.of("{}", "{\"eos_token_id\": null}")) {
      Files.writeString(folder.resolve("config.json"), config);
      Files.deleteIfExists(folder.resolve("generation_config.json"));
      assertEquals(7, EndOfSequence.of(new TokenizerFolder(folder).config(), 7));
      Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [5, 6]}");
      assertEquals(6, EndOfSequence.of(new TokenizerFolder(folder).config(), 6));
    }
    Files.writeString(folder.resolve("config.json"), "{\"eos_token_id\": 4}");
    assertEquals(4, EndOfSequence.of(new TokenizerFolder(folder).config(), 6));
  }

  @Test
  void missingEndTokenIsNamed() throws JsonProcessingException {
    String message =
        "Cannot open the base model, eos_token_id of its config.json is not a token id: %s (expected a number from 0). Download config.json again.";
    for (String value : new String[] {"null", "\"x\"", "-1", "[]", "1.5"}) {
      JsonNode config = json("{\"eos_token_id\": " + value + "}");
      assertEquals(
          message.formatted(value),
          assertThrows(Failure.class, () -> EndOfSequence.of(config)).getMessage());
    }
    JsonNode nothing = json("{}");
    assertEquals(
        message.formatted("missing"),
        assertThrows(Failure.class, () -> EndOfSequence.of(nothing)).getMessage());
  }

  @Test
  void aFolderInPlaceOfAFileIsNamed() {
    assertEquals(
        "Cannot read the tokenizer, its file is a folder: %s (expected a file). Download the file again."
            .formatted(folder),
        assertThrows(Failure.class, () -> TokenizerFolder.bytes(folder)).getMessage());
  }

  private void assertFrame(int[] before, int[] after, String processor) throws IOException {
    PromptFrame frame = frame("{\"post_processor\": %s}".formatted(processor));
    assertArrayEquals(before, frame.before());
    assertArrayEquals(after, frame.after());
  }

  private static PromptFrame frame(String json) throws IOException {
    return PostProcessor.frame(
        TokenizerJson.read(json.getBytes(StandardCharsets.UTF_8)).postProcessor());
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return new ObjectMapper().readTree(text);
  }
}
