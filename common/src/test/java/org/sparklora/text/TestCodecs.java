package org.sparklora.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sparklora.Fixtures.ints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.EachFamily;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;

/**
 * The codecs against the published Python tokenizers: {@code fixtures/<family>/tokens.jsonl},
 * exact.
 */
class TestCodecs {
  private static final Map<String, Integer> END =
      Map.ofEntries(
          Map.entry("chatglm", 365),
          Map.entry("chatglm2", 2),
          Map.entry("chatglm3", 2),
          Map.entry("glm", 502),
          Map.entry("baichuan", 2),
          Map.entry("llama", 510),
          Map.entry("llama32", 511),
          Map.entry("mistral", 2),
          Map.entry("qwen2", 533),
          Map.entry("qwen3", 522),
          Map.entry("phi3", 507),
          Map.entry("gemma3_text", 1));

  @EachFamily
  void encodesPromptsAsPublished(String family) {
    try (TokenCodec codec = open(family)) {
      for (JsonNode row : rows(family)) {
        String text = row.get("text").asText();
        assertArrayEquals(ints(row.get("ids_special")), codec.encodePrompt(text), text);
      }
    }
  }

  @EachFamily
  void encodesTargetsAsPublished(String family) {
    try (TokenCodec codec = open(family)) {
      for (JsonNode row : rows(family)) {
        String text = row.get("text").asText();
        assertArrayEquals(ints(row.get("ids")), codec.encodeTarget(text), text);
      }
    }
  }

  @EachFamily
  void decodesAsPublished(String family) {
    try (TokenCodec codec = open(family)) {
      for (JsonNode row : rows(family)) {
        assertEquals(
            row.get("decoded").asText(),
            cleanedUp(family, codec.decode(ints(row.get("ids")))),
            row.get("text").asText());
      }
    }
  }

  /** The fixtures' texts of these families were cleaned up, as transformers did until version 4. */
  private static String cleanedUp(String family, String text) {
    if (!family.equals("llama") && !family.equals("chatglm")) {
      return text;
    }
    return text.replace(" .", ".")
        .replace(" ?", "?")
        .replace(" !", "!")
        .replace(" ,", ",")
        .replace(" ' ", "'")
        .replace(" n't", "n't")
        .replace(" 'm", "'m")
        .replace(" 's", "'s")
        .replace(" 've", "'ve")
        .replace(" 're", "'re");
  }

  @EachFamily
  void blanksBeforePunctuationSurvive(String family) {
    try (TokenCodec codec = open(family)) {
      for (String text : List.of("a != b", "x ? y : z", "a = 'x' , b .", "do n't 's 've 're 'm")) {
        assertEquals(text, codec.decode(codec.encodeTarget(text)));
      }
    }
  }

  @EachFamily
  void decodesPromptsWithoutTheirSpecialTokens(String family) {
    try (TokenCodec codec = open(family)) {
      assertEquals(
          "Hello world", codec.decode(codec.encodePrompt("Hello world")).replace("[gMASK]", ""));
    }
  }

  @EachFamily
  void decodesGeneratedIdsAsPublished(String family) throws IOException {
    JsonNode golden =
        new ObjectMapper().readTree(Fixtures.path(family, "golden/golden.json").toFile());
    try (TokenCodec codec = open(family)) {
      for (JsonNode prompt : golden.path("generation").path("prompts")) {
        assertEquals(
            prompt.get("base_text").asText(),
            cleanedUp(family, codec.decode(ints(prompt.get("base_new_ids")))));
        assertEquals(
            prompt.get("adapter_text").asText(),
            cleanedUp(family, codec.decode(ints(prompt.get("adapter_new_ids")))));
      }
    }
  }

  @EachFamily
  void cutsTheTextOfAPromptAndKeepsItsSpecialTokens(String family) {
    String text = "What is the sum of 315 and 44, please?";
    try (TokenCodec codec = open(family)) {
      int[] whole = codec.encodePrompt(text);
      int[] bare = codec.encodeTarget(text);
      int special = whole.length - bare.length;
      for (int max = special; max <= whole.length + 1; max++) {
        int[] cut = codec.encodePrompt(text, max);
        assertEquals(Math.min(max, whole.length), cut.length);
        assertTrue(keepsSpecials(cut, whole, bare.length, special));
      }
    }
  }

  /** Specials stand before the text (llama, ChatGLM2) or behind it (ChatGLM-6B). */
  private static boolean keepsSpecials(int[] cut, int[] whole, int text, int special) {
    int kept = cut.length - special;
    Stream<Integer> before = Stream.iterate(0, i -> i < cut.length, i -> i + 1);
    boolean prefix = before.allMatch(i -> cut[i] == whole[i]);
    Stream<Integer> indices = Stream.iterate(0, i -> i < cut.length, i -> i + 1);
    boolean suffix =
        indices.allMatch(i -> cut[i] == (i < kept ? whole[i] : whole[text + i - kept]));
    return prefix || suffix;
  }

  @EachFamily
  void doesNotCutLongTexts(String family) {
    try (TokenCodec codec = open(family)) {
      int[] once = codec.encodeTarget("7\n");
      assertTrue(codec.encodeTarget("7\n".repeat(3000)).length >= 3000, () -> "" + once.length);
    }
  }

  @EachFamily
  void knowsTheEndTokenOfTheConfig(String family) {
    try (TokenCodec codec = open(family)) {
      assertEquals(END.get(family), codec.endOfSequence());
    }
  }

  @EachFamily
  void passesOverIdsBeyondTheVocabulary(String family) {
    try (TokenCodec codec = open(family)) {
      assertEquals("", codec.decode(new int[] {100_000, -1}));
    }
  }

  @Test
  void fingerprintTellsTokenizersApartAndIgnoresWhereTheyLie(@TempDir Path folder)
      throws IOException {
    copyModel("llama", folder);
    try (TokenCodec one = open("llama");
        TokenCodec copy = Codecs.open(folder);
        TokenCodec other = open("qwen2")) {
      assertTrue(one.fingerprint().matches("sha256:[0-9a-f]{64}"), one.fingerprint());
      assertEquals(one.fingerprint(), copy.fingerprint());
      assertNotEquals(one.fingerprint(), other.fingerprint());
    }
  }

  @Test
  void fingerprintChangesWithTheSettings(@TempDir Path folder) throws IOException {
    copyModel("llama", folder);
    Files.writeString(folder.resolve("tokenizer_config.json"), "{}");
    try (TokenCodec one = open("llama");
        TokenCodec changed = Codecs.open(folder)) {
      assertNotEquals(one.fingerprint(), changed.fingerprint());
    }
  }

  @Test
  void missingFolderIsNamed() {
    assertInput(
        Path.of("no-such-model"),
        "Cannot open the base model, its folder does not exist: no-such-model (expected a folder with config.json and tokenizer files). Check --model_checkpoint.");
  }

  @EachFamily
  void missingTokenizerIsNamed(String family, @TempDir Path folder) throws IOException {
    Files.copy(Fixtures.path(family, "model/config.json"), folder.resolve("config.json"));
    assertInput(
        folder,
        "Cannot open the base model, a file is missing: %s (expected beside the weights). Download the model folder again, with its tokenizer."
            .formatted(folder.resolve(vocabulary(family))));
  }

  @EachFamily
  void damagedTokenizerIsNamed(String family, @TempDir Path folder) throws IOException {
    copyModel(family, folder);
    Path file = folder.resolve(vocabulary(family));
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    String message = assertThrows(Failure.class, () -> Codecs.open(folder)).getMessage();
    assertTrue(
        message.startsWith(
            "Cannot read the tokenizer, its file is damaged or of another kind: " + file),
        message);
  }

  @EachFamily
  void whatLiesInPlaceOfAFileIsNamed(String family, @TempDir Path folder) throws IOException {
    String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1018370\n";
    boolean readsNoSettings = List.of("chatglm2", "chatglm3").contains(family);
    String settings = readsNoSettings ? "config.json" : "tokenizer_config.json";
    for (String name : new TreeSet<>(List.of(vocabulary(family), "config.json", settings))) {
      Path copy = Files.createDirectory(folder.resolve(name.replace('.', '-')));
      copyModel(family, copy);
      Path file = copy.resolve(name);
      String what = name.contains("config") ? "the base model" : "the tokenizer";
      assertStandsIn(file, pointer, what, "a Git LFS pointer", "Run git lfs pull in its folder.");
      assertStandsIn(
          file,
          "\n<!DOCTYPE html><title>Sign in</title>",
          what,
          "a web page",
          "Download it again, from the link to the file itself.");
      assertStandsIn(file, "", what, "empty", "Download it again.");
    }
  }

  private static void assertStandsIn(
      Path file, String content, String what, String kind, String remedy) throws IOException {
    Files.writeString(file, content);
    assertInput(
        file.getParent(),
        "Cannot read %s, its file is %s: %s (expected the file itself). %s"
            .formatted(what, kind, file, remedy));
  }

  @Test
  void tiktokensFileIsCalledSo(@TempDir Path folder) throws IOException {
    Files.writeString(
        folder.resolve("config.json"), "{\"model_type\": \"llama\", \"eos_token_id\": 2}");
    Path file = folder.resolve("tokenizer.model");
    for (String lines :
        List.of("IQ== 0\nIg== 1\nIw== 2\nJA== 3\n", "IQ== 0\r\nIg== 1", "IQ== 7\n".repeat(9999))) {
      Files.writeString(file, lines);
      assertInput(
          folder,
          "Cannot read the tokenizer, its file is tiktoken's: %s (expected SentencePiece's, or tokenizer.json beside it). Make tokenizer.json with transformers: AutoTokenizer.from_pretrained(folder).save_pretrained(folder)."
              .formatted(file));
    }
  }

  @Test
  void unknownFamiliesAreRefusedByName(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"mamba\"}");
    assertInput(
        folder,
        "Cannot open the base model, its config.json names an unknown model_type: mamba (expected chatglm, glm, baichuan, llama, mistral, qwen2, qwen3, phi3 or gemma3_text). Choose a supported base model.");
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"chatglm\"}");
    assertInput(
        folder,
        "Cannot open the base model, its config.json names an unknown generation of chatglm: neither ChatGLM-6B's nor ChatGLM2-6B's keys (expected chatglm, glm, baichuan, llama, mistral, qwen2, qwen3, phi3 or gemma3_text). Choose a supported base model.");
  }

  @Test
  void configThatIsNoObjectIsRefused(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("config.json"), "[1]");
    assertInput(
        folder,
        "Cannot read the tokenizer, its file is damaged or of another kind: %s (not a JSON object). Download the file again."
            .formatted(folder.resolve("config.json")));
  }

  @Test
  void imageTokensOfTheFirstRevisionAreRefused(@TempDir Path folder) throws IOException {
    copyModel("chatglm", folder);
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"num_image_tokens\": 20000}");
    assertInput(
        folder,
        "Cannot read the tokenizer, num_image_tokens is not supported: 20000 (expected 0). Download the present revision of ChatGLM-6B.");
  }

  @Test
  void piecesTheFamilyNeedsAreAskedFor(@TempDir Path folder) throws IOException {
    copyModel("chatglm", folder);
    Files.copy(
        Fixtures.path("baichuan", "model/tokenizer.model"),
        folder.resolve("ice_text.model"),
        StandardCopyOption.REPLACE_EXISTING);
    assertInput(
        folder,
        "Cannot read the tokenizer, it has no piece [gMASK]: %s (expected the family's own tokenizer file). Download the file again."
            .formatted(folder.resolve("ice_text.model")));
  }

  private static void assertInput(Path folder, String message) {
    Failure failure = assertThrows(Failure.class, () -> Codecs.open(folder));
    assertEquals(message, failure.getMessage());
    assertEquals(ExitCode.INPUT, failure.exitCode());
  }

  private static TokenCodec open(String family) {
    return Codecs.open(Fixtures.path(family, "model"));
  }

  private static List<JsonNode> rows(String family) {
    List<JsonNode> rows = Fixtures.lines(family, "tokens.jsonl");
    assertTrue(rows.size() >= 122);
    return rows;
  }

  private static String vocabulary(String family) {
    return switch (family) {
      case "chatglm" -> "ice_text.model";
      case "chatglm2", "chatglm3", "baichuan" -> "tokenizer.model";
      default -> "tokenizer.json";
    };
  }

  private static void copyModel(String family, Path folder) throws IOException {
    try (Stream<Path> files = Files.list(Fixtures.path(family, "model"))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (!file.toString().endsWith(".bin") && !file.toString().endsWith(".safetensors")) {
          Files.copy(file, folder.resolve(file.getFileName().toString()));
        }
      }
    }
  }
}
