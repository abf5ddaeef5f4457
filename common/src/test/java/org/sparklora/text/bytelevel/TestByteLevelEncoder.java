package org.sparklora.text.bytelevel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.sparklora.Fixtures.ints;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.Fixtures;
import org.sparklora.text.encoder.IdBuffer;
import org.sparklora.text.encoder.Libraries;
import org.sparklora.text.encoder.RandomText;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.encoder.UnsupportedTokenizer;
import org.sparklora.text.json.TokenizerFile;
import org.sparklora.text.json.TokenizerJson;

/** Byte-level BPE against {@code fixtures/<family>/tokens.jsonl} and the Rust library, exact. */
class TestByteLevelEncoder {
  private static final String LLAMA3_SPLIT = "/pre_tokenizer/pretokenizers/0";
  private static final String TOKEN =
      """
      {"id": %d, "content": "%s", "single_word": %b, "lstrip": %b, "rstrip": %b,
       "normalized": %b, "special": false}\
      """;
  private static final List<String> SPECIAL =
      List.of(
          "<|im_start|>",
          "<|begin_of_text|>",
          "<|endoftext|>",
          "<|im",
          "<|",
          "[L]",
          "[R]",
          "\u00e9!",
          "e\u0301!",
          "[LR]x",
          "word",
          "\u4e09!");

  static final List<String> VARIANTS =
      List.of(
          "llama", "qwen2", "pairs", "whole words", "gpt2", "gpt2 prefix", "added", "lacks bytes");

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2"})
  void encodesFixturesAsPublished(String family) throws Exception {
    TextCodec encoder = encoder(TokenizerFile.of(family).bytes());
    for (JsonNode row : Fixtures.lines(family, "tokens.jsonl")) {
      String text = row.get("text").asText();
      assertArrayEquals(ints(row.get("ids")), encoder.encode(text), text);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2"})
  void encodesCorporaAsTheLibrary(String family) throws Exception {
    byte[] file = TokenizerFile.of(family).bytes();
    for (String corpus : Fixtures.FAMILIES) {
      List<String> texts =
          Fixtures.lines(corpus, "corpus.jsonl").stream()
              .map(row -> row.get("q").asText() + row.get("a").asText())
              .toList();
      assertEncodesAsTheLibrary(file, texts);
    }
  }

  @ParameterizedTest
  @FieldSource("VARIANTS")
  void encodesRandomStringsAsTheLibrary(String variant) throws Exception {
    assertEncodesAsTheLibrary(
        variant(variant), RandomText.strings(variant.hashCode(), 3000, SPECIAL));
  }

  @ParameterizedTest
  @FieldSource("VARIANTS")
  void decodesRandomIdsAsTheLibrary(String variant) throws Exception {
    byte[] file = variant(variant);
    TextCodec encoder = encoder(file);
    Random random = new Random(3);
    try (HuggingFaceTokenizer library = Libraries.tokenizer(file)) {
      for (int n = 0; n < 2000; n++) {
        long[] ids = random.longs(random.nextInt(1, 20), 0, 560).toArray();
        int[] ours = Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
        assertEquals(library.decode(ids, true), encoder.decode(ours), Arrays.toString(ids));
      }
    }
  }

  @Test
  void encoderForAnotherThreadGivesTheSameIds() throws Exception {
    TokenizerJson file = TokenizerJson.read(variant("whole words"));
    TextCodec encoder = file.encoder();
    TextCodec another = file.encoder();
    for (String text : RandomText.strings(5, 500, SPECIAL)) {
      assertArrayEquals(encoder.encode(text), another.encode(text));
    }
  }

  @Test
  void fillsAGivenBufferAnew() throws Exception {
    ByteLevelEncoder encoder = (ByteLevelEncoder) encoder(variant("qwen2"));
    IdBuffer ids = new IdBuffer();
    encoder.encode("one text", ids);
    encoder.encode("another", ids);
    assertArrayEquals(encoder.encode("another"), ids.toArray());
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    Map<String, String> changes =
        Map.ofEntries(
            Map.entry("/normalizer", "{\"type\": \"NFKC\"}"),
            Map.entry("/decoder", "{\"type\": \"Metaspace\"}"),
            Map.entry("/pre_tokenizer", "{\"type\": \"Digits\"}"),
            Map.entry(LLAMA3_SPLIT + "/behavior", "\"Removed\""),
            Map.entry(LLAMA3_SPLIT + "/invert", "true"),
            Map.entry(LLAMA3_SPLIT + "/pattern", "{\"Regex\": \"\\\\w+\"}"),
            Map.entry("/model/type", "\"Unigram\""),
            Map.entry("/model/dropout", "0.1"),
            Map.entry("/model/end_of_word_suffix", "\"</w>\""),
            Map.entry("/model/vocab/!", "-1"),
            Map.entry("/model/merges", "[[\"a\", \"b\", \"c\"]]"),
            Map.entry(
                "/added_tokens", "[" + TOKEN.formatted(7, "new", false, false, false, true) + "]"));
    changes.forEach(
        (path, value) ->
            assertThrows(
                UnsupportedTokenizer.class,
                () -> encoder(TokenizerFile.of("qwen2").with(path, value).bytes()),
                path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "[{\"type\": \"NFC\"}]"})
  void aSequenceOfAtMostOneNormalizerIsThatOne(String parts) throws Exception {
    byte[] file =
        TokenizerFile.of("qwen2")
            .with("/normalizer", "{\"type\": \"Sequence\", \"normalizers\": %s}".formatted(parts))
            .bytes();
    assertEncodesAsTheLibrary(file, RandomText.strings(7, 1000, SPECIAL));
  }

  @Test
  void anUnknownTokenForMissingBytesIsRefusedByName() {
    byte[] file =
        TokenizerFile.of("qwen2")
            .with("/model/unk_token", "\"a\"")
            .change(json -> ((ObjectNode) json.at("/model/vocab")).remove(ByteAlphabet.of(4)))
            .bytes();
    Exception refusal = assertThrows(UnsupportedTokenizer.class, () -> encoder(file));
    assertEquals("unk_token for byte 4 \"a\"", refusal.getMessage());
  }

  @Test
  void namesThePartThatItDoesNotKnow() {
    byte[] file = TokenizerFile.of("qwen2").with("/normalizer", "{\"type\": \"NFKC\"}").bytes();
    Exception refusal = assertThrows(UnsupportedTokenizer.class, () -> encoder(file));
    assertEquals("normalizer {\"type\":\"NFKC\"}", refusal.getMessage());
    byte[] words =
        TokenizerFile.of("qwen2")
            .addToken(TOKEN.formatted(999, "w", false, false, false, true))
            .bytes();
    refusal = assertThrows(UnsupportedTokenizer.class, () -> encoder(words));
    assertEquals("added token", refusal.getMessage().substring(0, 11));
    byte[] longToken =
        TokenizerFile.of("qwen2")
            .addToken(TOKEN.formatted(536, "w".repeat(1001), false, false, false, false))
            .bytes();
    refusal = assertThrows(UnsupportedTokenizer.class, () -> encoder(longToken));
    assertEquals("added token", refusal.getMessage().substring(0, 11));
    byte[] merges = TokenizerFile.of("qwen2").with("/model/merges", "[\"no such\"]").bytes();
    refusal = assertThrows(UnsupportedTokenizer.class, () -> encoder(merges));
    assertEquals(
        "merge of tokens that are not in the vocabulary Merge[left=no, right=such]",
        refusal.getMessage());
  }

  private static TextCodec encoder(byte[] file) throws IOException, UnsupportedTokenizer {
    return TokenizerJson.read(file).encoder();
  }

  private static byte[] variant(String name) {
    return switch (name) {
      case "pairs" -> TokenizerFile.of("llama").change(TestByteLevelEncoder::mergesAsPairs).bytes();
      case "whole words" ->
          TokenizerFile.of("llama")
              .with("/model/ignore_merges", "true")
              .change(TestByteLevelEncoder::tokensWithoutMerges)
              .bytes();
      case "gpt2" ->
          TokenizerFile.of("llama")
              .with(
                  "/pre_tokenizer",
                  "{\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\": true}")
              .bytes();
      case "gpt2 prefix" ->
          TokenizerFile.of("qwen2")
              .with(
                  "/pre_tokenizer",
                  "{\"type\": \"ByteLevel\", \"add_prefix_space\": true, \"trim_offsets\": true}")
              .bytes();
      case "added" ->
          TokenizerFile.of("qwen2")
              .addToken(TOKEN.formatted(536, "[L]", false, true, false, false))
              .addToken(TOKEN.formatted(537, "[R]", false, false, true, true))
              .addToken(TOKEN.formatted(538, "[LR]x", false, true, true, true))
              .addToken(TOKEN.formatted(539, "\u00e9!", false, false, false, true))
              .addToken(TOKEN.formatted(540, "<|im_start|>\u4e00", false, false, false, false))
              .addToken(TOKEN.formatted(541, "word", true, false, false, true))
              .addToken(TOKEN.formatted(542, "\u4e09!", true, true, false, false))
              .bytes();
      case "lacks bytes" ->
          TokenizerFile.of("llama").change(TestByteLevelEncoder::withoutSomeBytes).bytes();
      default -> TokenizerFile.of(name).bytes();
    };
  }

  private static void mergesAsPairs(ObjectNode file) {
    ObjectNode model = (ObjectNode) file.get("model");
    ArrayNode pairs = model.arrayNode();
    for (JsonNode merge : model.get("merges")) {
      String[] pair = merge.asText().split(" ", 2);
      pairs.add(model.arrayNode().add(pair[0]).add(pair[1]));
    }
    model.set("merges", pairs);
  }

  /** Tokens that no merge gives, some of them longer than merges reach. */
  private static void tokensWithoutMerges(ObjectNode file) {
    ObjectNode vocabulary = (ObjectNode) file.at("/model/vocab");
    List<String> later =
        List.of("\u0120learning", "supercalifragilisticexpialidocious", "\u0120".repeat(19), "xyz");
    ArrayNode added = (ArrayNode) file.get("added_tokens");
    added.removeAll();
    later.forEach(token -> vocabulary.put(token, vocabulary.size()));
  }

  /** As SmolLM2's, which lacks control characters; here also bytes of Han and of punctuation. */
  private static void withoutSomeBytes(ObjectNode file) {
    ObjectNode vocabulary = (ObjectNode) file.at("/model/vocab");
    for (int b : new int[] {0, 4, 9, '#', '-', 'q', 0x81, 0xb8, 0xe4, 0xff}) {
      vocabulary.remove(ByteAlphabet.of(b));
    }
    ArrayNode kept = vocabulary.arrayNode();
    for (JsonNode merge : file.at("/model/merges")) {
      boolean known =
          Stream.of(merge.asText().split(" ", 2)).allMatch(vocabulary::has)
              && vocabulary.has(merge.asText().replace(" ", ""));
      if (known) {
        kept.add(merge);
      }
    }
    ((ObjectNode) file.get("model")).set("merges", kept);
    int id = 0;
    for (Iterator<String> names = vocabulary.fieldNames(); names.hasNext(); ) {
      vocabulary.put(names.next(), id++);
    }
    ((ArrayNode) file.get("added_tokens")).removeAll();
  }

  private static void assertEncodesAsTheLibrary(byte[] file, List<String> texts)
      throws IOException, UnsupportedTokenizer {
    TextCodec encoder = encoder(file);
    try (HuggingFaceTokenizer library = Libraries.tokenizer(file)) {
      for (String text : texts) {
        int[] expected = Libraries.ids(library, text);
        assertArrayEquals(expected, encoder.encode(text), () -> RandomText.escaped(text));
      }
    }
  }
}
