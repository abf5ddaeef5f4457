package org.sparklora.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.ModelFamily;

/** Settings beside a tokenizer.json that change ids; the ids are those of transformers 5.24.0. */
class TestTokenizerCompletion {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EXTRA =
      """
      {"content": "<extra_1>", "lstrip": %b, "rstrip": false, "single_word": %b, "normalized": false, "special": false}""";

  @TempDir Path folder;
  private ModelFamily family = ModelFamily.LLAMA;
  private final List<String> notes = new ArrayList<>();

  @Test
  void tokensThatOnlyTheSettingsNameAreFound() throws IOException {
    model("qwen2", settings -> tokens(settings).set("536", json(EXTRA.formatted(false, false))));
    assertIds("a<extra_1> b", 64, 536, 295);
    assertEquals(List.of(), notes);
  }

  @Test
  void aNewTokensNumberIsTheNextFreeOneWhateverTheSettingsSay() throws IOException {
    model("llama", settings -> tokens(settings).set("700", json(EXTRA.formatted(false, false))));
    assertIds("a<extra_1> b", 509, 64, 512, 295);
  }

  @Test
  void wordsOfTheVocabularyMayBeNamedToo() throws IOException {
    String token = EXTRA.formatted(false, false).replace("<extra_1>", "the");
    model("llama", settings -> tokens(settings).set("257", json(token)));
    int[] ids = codec().encodePrompt("Hi there");
    assertArrayEquals(new int[] {509, 39, 72, 220}, Arrays.copyOf(ids, 4));
  }

  @Test
  void namedTokensAreAddedAsSpecialOnes() throws IOException {
    for (String key : List.of("extra_special_tokens", "additional_special_tokens")) {
      model("qwen2", settings -> settings.set(key, json("[\"<extra_1>\", \"<extra_2>\"]")));
      assertIds("a<extra_1> b", 64, 536, 295);
      assertIds("<extra_2>", 537);
      assertEquals("a b", codec().decode(new int[] {64, 536, 295}));
    }
    model("llama", settings -> settings.put("image_token", "<extra_1>"));
    assertIds("a<extra_1> b", 509, 64, 512, 295);
  }

  @Test
  void olderFilesOfTokensAreReadWhereTheSettingsListNone() throws IOException {
    model("qwen2", settings -> settings.remove("added_tokens_decoder"));
    Files.writeString(folder.resolve("added_tokens.json"), "{\"<extra_1>\": 536}");
    assertIds("a<extra_1> b", 64, 536, 295);
    assertEquals("a<extra_1> b", codec().decode(new int[] {64, 536, 295}));
    Files.delete(folder.resolve("added_tokens.json"));
    Files.writeString(
        folder.resolve("special_tokens_map.json"), "{\"eos_token\": {\"content\": \"<extra_1>\"}}");
    assertIds("a<extra_1> b", 64, 536, 295);
    assertEquals("a b", codec().decode(new int[] {64, 536, 295}));
  }

  @Test
  void blanksBesideATokenGoAsTheSettingsSay() throws IOException {
    model(
        "llama",
        settings ->
            ((ObjectNode) tokens(settings).get("510")).put("lstrip", true).put("rstrip", true));
    assertIds("x  <|end_of_text|>  y", 509, 87, 510, 88);
  }

  @Test
  void tokensOfWholeWordsAreFoundWhereNoWordGoesOn() throws IOException {
    String token = EXTRA.formatted(false, true).replace("<extra_1>", "extra");
    model("llama", settings -> tokens(settings).set("512", json(token)));
    assertIds("an extra, extras", 509, 414, 220, 512, 11, 220, 68, 87, 342, 285);
    assertEquals(List.of(), notes);
  }

  @Test
  void specialTokensAreSplitWhereTheSettingsSaySo() throws IOException {
    model("qwen2", settings -> settings.put("split_special_tokens", true));
    assertIds(
        "x<|im_end|>y <|endoftext|> z",
        87,
        27,
        91,
        354,
        62,
        279,
        67,
        91,
        29,
        88,
        220,
        27,
        91,
        279,
        67,
        514,
        296,
        87,
        83,
        91,
        29,
        220,
        89);
    assertEquals("xy", codec().decode(new int[] {87, 535, 88}));
    changeTokenizer(tokenizer -> tokenizer.set("normalizer", json("{\"type\": \"NFKC\"}")));
    assertEquals(
        "Cannot read the tokenizer, split_special_tokens is not supported for its kind: %s (expected one that our own encoders know). Set split_special_tokens to false in tokenizer_config.json."
            .formatted(folder.resolve("tokenizer.json")),
        assertThrows(Failure.class, () -> codec()).getMessage());
  }

  @Test
  void qwensPrefixSpaceIsTheSettings() throws IOException {
    model("qwen2", settings -> settings.put("add_prefix_space", true));
    assertIds("Hi there", 220, 39, 72, 284, 257, 68);
    assertIds("x<|im_end|>y <|endoftext|> z", 220, 87, 535, 220, 88, 220, 533, 220, 89);
    assertEquals(
        "The tokenizer %s follows add_prefix_space of tokenizer_config.json, as transformers 5 does; transformers 4 does not (docs/tokenizers.md)."
            .formatted(folder.resolve("tokenizer.json")),
        notes.get(0));
    model("llama", settings -> settings.put("add_prefix_space", true));
    assertIds("Hi there", 509, 39, 72, 284, 257, 68);
  }

  @Test
  void framesAreTheFilesAndDifferencesToVersionFourAreSaidOnce() throws IOException {
    model(
        "llama",
        settings ->
            settings
                .put("tokenizer_class", "LlamaTokenizerFast")
                .put("add_bos_token", false)
                .put("add_eos_token", true));
    assertIds("Hi there", 509, 39, 72, 284, 257, 68);
    assertIds("Hi there", 509, 39, 72, 284, 257, 68);
    assertEquals(List.of(frames("[509]", "[]", "[]", "[510]")), notes);
    notes.clear();
    changeTokenizer(tokenizer -> tokenizer.putNull("post_processor"));
    model("llama", settings -> settings.put("tokenizer_class", "LlamaTokenizer"), false);
    assertIds("Hi there", 39, 72, 284, 257, 68);
    assertEquals(List.of(frames("[]", "[]", "[509]", "[]")), notes);
  }

  @Test
  void whereBothVersionsAgreeNothingIsSaid() throws IOException {
    model("llama", settings -> settings.put("tokenizer_class", "LlamaTokenizerFast"));
    assertIds("Hi there", 509, 39, 72, 284, 257, 68);
    model("llama", settings -> settings.put("add_eos_token", true)); // of another class
    assertIds("Hi there", 509, 39, 72, 284, 257, 68);
    assertEquals(List.of(), notes);
  }

  @Test
  void fingerprintIsOfWhatWasUsed() throws IOException {
    model("qwen2", settings -> settings.remove("added_tokens_decoder"));
    String before = codec().fingerprint();
    Files.writeString(folder.resolve("added_tokens.json"), "{\"<extra_1>\": 536}");
    assertNotEquals(before, codec().fingerprint());
  }

  private String frames(String before, String behind, String before4, String behind4) {
    return "The tokenizer %s puts %s before a prompt and %s behind it, as transformers 5 does; transformers 4 puts %s and %s, by add_bos_token and add_eos_token (docs/tokenizers.md)."
        .formatted(folder.resolve("tokenizer.json"), before, behind, before4, behind4);
  }

  private void assertIds(String text, int... ids) {
    try (TokenCodec codec = codec()) {
      assertArrayEquals(ids, codec.encodePrompt(text), text);
    }
  }

  @Test
  void aFileThatWouldEndTheLibrarysProcessIsRefused() throws IOException {
    model("llama", settings -> {});
    String deep = "[".repeat(150) + "]".repeat(150);
    changeTokenizer(tokenizer -> tokenizer.putObject("decoder").set("x", json(deep)));
    assertEquals(
        "Cannot read the tokenizer, its file is damaged or of another kind: %s (nested deeper than 100 levels). Download the file again."
            .formatted(folder.resolve("tokenizer.json")),
        assertThrows(Failure.class, this::codec).getMessage());
  }

  private TokenCodec codec() {
    Notes once = new Notes(message -> note(message));
    return new JsonCodecs(new EncoderChoice(once), once)
        .open(new TokenizerFolder(folder), json("{\"eos_token_id\": 1}"), family);
  }

  private void note(String message) {
    if (!notes.contains(message)) {
      notes.add(message);
    }
  }

  private void model(String family, Consumer<ObjectNode> change) throws IOException {
    model(family, change, true);
  }

  private void model(String family, Consumer<ObjectNode> change, boolean withTokenizer)
      throws IOException {
    this.family = family.equals("llama") ? ModelFamily.LLAMA : ModelFamily.QWEN2;
    if (withTokenizer) {
      Files.write(
          folder.resolve("tokenizer.json"),
          Files.readAllBytes(Fixtures.path(family, "model/tokenizer.json")));
    }
    ObjectNode settings =
        (ObjectNode) JSON.readTree(Fixtures.path(family, "model/tokenizer_config.json").toFile());
    change.accept(settings);
    JSON.writeValue(folder.resolve("tokenizer_config.json").toFile(), settings);
  }

  private void changeTokenizer(Consumer<ObjectNode> change) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    ObjectNode tokenizer = (ObjectNode) JSON.readTree(file.toFile());
    change.accept(tokenizer);
    JSON.writeValue(file.toFile(), tokenizer);
  }

  private static ObjectNode tokens(ObjectNode settings) {
    return (ObjectNode) settings.get("added_tokens_decoder");
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
