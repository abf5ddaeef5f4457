package org.sparklora.text.metaspace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.sparklora.Fixtures.ints;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.Fixtures;
import org.sparklora.text.encoder.Libraries;
import org.sparklora.text.encoder.RandomText;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.encoder.UnsupportedTokenizer;
import org.sparklora.text.json.TokenizerFile;
import org.sparklora.text.json.TokenizerJson;

/** BPE over characters against {@code fixtures/<family>/tokens.jsonl} and the Rust library. */
class TestMetaspaceEncoder {
  private static final String TOKEN =
      """
      {"id": %d, "content": "%s", "single_word": %b, "lstrip": %b, "rstrip": %b,
       "normalized": %b, "special": %b}""";
  private static final String METASPACE =
      """
      {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "%s", "split": %b}""";
  private static final String REPLACE =
      """
      {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}""";
  private static final List<String> SPECIAL =
      List.of(
          "<s>",
          "</s>",
          "<unk>",
          "<bos>",
          "<start_of_turn>",
          "<table>",
          "<|user|>",
          "<|end|>\n",
          "<0x41>",
          "<0x0A>",
          "\u2581\u2581",
          "\u2581a",
          " a",
          "[L]",
          "[R]",
          " [N] ",
          "word",
          "\u2764\ufe0f",
          "\n\n");

  static final List<String> FAMILIES = List.of("mistral", "phi3", "gemma3_text");

  static final List<String> VARIANTS =
      List.of(
          "mistral",
          "phi3",
          "gemma3_text",
          "always",
          "never",
          "split",
          "old split",
          "first after a normalizer",
          "always after a prefix",
          "no blanks",
          "whole words",
          "whole words split",
          "added to mistral",
          "added to phi3",
          "lacks bytes",
          "lacks bytes, unknown apart",
          "lacks bytes, dropped",
          "unknown fused",
          "unknown apart",
          "unknown dropped");

  @ParameterizedTest
  @FieldSource("FAMILIES")
  void encodesAndDecodesFixturesAsPublished(String family) throws Exception {
    TextCodec encoder = encoder(TokenizerFile.of(family).bytes());
    for (JsonNode row : Fixtures.lines(family, "tokens.jsonl")) {
      String text = row.get("text").asText();
      assertArrayEquals(ints(row.get("ids")), encoder.encode(text), text);
      assertEquals(row.get("decoded").asText(), encoder.decode(ints(row.get("ids"))), text);
    }
  }

  @ParameterizedTest
  @FieldSource("VARIANTS")
  void encodesRandomStringsAsTheLibrary(String variant) throws Exception {
    byte[] file = variant(variant);
    TextCodec encoder = encoder(file);
    try (HuggingFaceTokenizer library = Libraries.tokenizer(file)) {
      for (String text : RandomText.strings(variant.hashCode(), 700, SPECIAL)) {
        int[] expected = Libraries.ids(library, text);
        assertArrayEquals(expected, encoder.encode(text), () -> RandomText.escaped(text));
      }
    }
  }

  @ParameterizedTest
  @FieldSource("VARIANTS")
  void decodesRandomIdsAsTheLibrary(String variant) throws Exception {
    byte[] file = variant(variant);
    TextCodec encoder = encoder(file);
    Random random = new Random(variant.hashCode());
    try (HuggingFaceTokenizer library = Libraries.tokenizer(file)) {
      for (int n = 0; n < 300; n++) {
        long[] ids = random.longs(random.nextInt(1, 20), 0, 530).toArray();
        int[] ours = Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
        assertEquals(library.decode(ids, true), encoder.decode(ours), Arrays.toString(ids));
      }
    }
  }

  @Test
  void encoderForAnotherThreadGivesTheSameIds() throws Exception {
    TokenizerJson file = TokenizerJson.read(variant("phi3"));
    TextCodec encoder = file.encoder();
    TextCodec another = file.encoder();
    for (String text : RandomText.strings(5, 500, SPECIAL)) {
      assertArrayEquals(encoder.encode(text), another.encode(text));
    }
  }

  @Test
  void specialTokensStayTextWhereTheFileSaysSo() throws Exception {
    TokenizerFile split = file("gemma3_text").with("/split_special_tokens", "true");
    TextCodec encoder = encoder(split.bytes());
    TextCodec without = encoder(file("gemma3_text").with("/added_tokens", "[]").bytes());
    assertArrayEquals(without.encode("a<bos>b"), encoder.encode("a<bos>b"));
    int[] table = encoder(file("gemma3_text").bytes()).encode("<table>");
    assertArrayEquals(table, encoder.encode("<table>"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 4000})
  void longWordsAreEncodedAsTheLibraryDoes(int length) throws Exception {
    byte[] file = variant("mistral");
    TextCodec encoder = encoder(file);
    try (HuggingFaceTokenizer library = Libraries.tokenizer(file)) {
      for (String of : List.of("the", "\u2581", " ", "\u4e00", "\ud83d\ude00", "a b")) {
        String text = of.repeat(length);
        assertArrayEquals(Libraries.ids(library, text), encoder.encode(text), of);
      }
    }
  }

  @Test
  void namesThePartThatItDoesNotKnow() {
    Map<String, String> changes =
        Map.ofEntries(
            Map.entry("/normalizer", "{\"type\":\"NFKC\"}"),
            Map.entry("/pre_tokenizer", "{\"type\":\"Digits\"}"),
            Map.entry("/decoder", "{\"type\":\"BPEDecoder\"}"),
            Map.entry("/model/dropout", "0.1"),
            Map.entry("/model/end_of_word_suffix", "\"</w>\""));
    changes.forEach(
        (path, value) ->
            assertEquals(
                path.substring(path.lastIndexOf('/') + 1) + " " + value,
                assertThrows(
                        UnsupportedTokenizer.class,
                        () -> encoder(file("mistral").with(path, value).bytes()))
                    .getMessage()));
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    List<TokenizerFile> files =
        List.of(
            file("mistral").with("/model/type", "\"Unigram\""),
            file("mistral").with("/pre_tokenizer/prepend_scheme", "\"last\""),
            file("mistral").with("/pre_tokenizer/replacement", "\"_\""),
            file("mistral").with("/pre_tokenizer/add_prefix_space", "false"),
            file("phi3").with("/pre_tokenizer", METASPACE.formatted("first", false)),
            file("phi3").with("/normalizer/normalizers/0/prepend", "\"_\""),
            file("phi3").with("/normalizer/normalizers/1/content", "\"_\""),
            file("gemma3_text").with("/pre_tokenizer/invert", "true"),
            file("gemma3_text").with("/normalizer", "null"),
            file("mistral").with("/decoder/decoders/3/stop", "1"),
            file("mistral").with("/decoder/decoders/0/content", "\"_\""),
            bytes(file("mistral"), 7).with("/model/unk_token", "\"<none>\""),
            file("mistral")
                .addToken(TOKEN.formatted(999, "[X]", false, false, false, false, false)));
    for (TokenizerFile file : files) {
      assertThrows(
          UnsupportedTokenizer.class, () -> encoder(file.bytes()), () -> "" + files.indexOf(file));
    }
  }

  @Test
  void mergesOfBytesAreRefusedByName() {
    TokenizerFile file =
        file("mistral")
            .with("/model/vocab/<0x41><0x42>", "512")
            .with("/model/merges", "[[\"<0x41>\", \"<0x42>\"]]");
    assertEquals(
        "merge of bytes or of the unknown token Merge[left=<0x41>, right=<0x42>]",
        assertThrows(UnsupportedTokenizer.class, () -> encoder(file.bytes())).getMessage());
  }

  private static TextCodec encoder(byte[] file) throws IOException, UnsupportedTokenizer {
    return TokenizerJson.read(file).encoder();
  }

  private static TokenizerFile file(String family) {
    return TokenizerFile.of(family);
  }

  private static byte[] variant(String name) {
    return changed(name).bytes();
  }

  private static TokenizerFile changed(String name) {
    return switch (name) {
      case "always", "never" ->
          file("mistral").with("/pre_tokenizer", METASPACE.formatted(name, false));
      case "split" -> file("mistral").with("/pre_tokenizer", METASPACE.formatted("first", true));
      case "old split" ->
          file("mistral")
              .with(
                  "/pre_tokenizer",
                  "{\"type\": \"Metaspace\", \"replacement\": \"\u2581\", \"add_prefix_space\": true}");
      case "first after a normalizer" -> added(file("mistral")).with("/normalizer", REPLACE);
      case "always after a prefix" ->
          added(file("phi3")).with("/pre_tokenizer", METASPACE.formatted("always", true));
      case "no blanks" -> file("mistral").with("/pre_tokenizer", "null");
      case "whole words" -> wholeWords(file("phi3"));
      case "whole words split" ->
          wholeWords(file("mistral")).with("/pre_tokenizer", METASPACE.formatted("first", true));
      case "added to mistral" -> added(file("mistral"));
      case "added to phi3" -> added(file("phi3"));
      case "lacks bytes" -> bytes(file("mistral"), 7);
      case "lacks bytes, unknown apart" ->
          bytes(file("mistral"), 3).with("/model/fuse_unk", "false");
      case "lacks bytes, dropped" -> bytes(file("phi3"), 5).with("/model/unk_token", "null");
      case "unknown fused" -> file("mistral").with("/model/byte_fallback", "false");
      case "unknown apart" ->
          file("phi3").with("/model/byte_fallback", "false").with("/model/fuse_unk", "false");
      case "unknown dropped" ->
          file("mistral").with("/model/byte_fallback", "false").with("/model/unk_token", "null");
      default -> file(name);
    };
  }

  /** Tokens with each of the settings; the last two look alike where blanks are replaced. */
  private static TokenizerFile added(TokenizerFile file) {
    return file.addToken(TOKEN.formatted(512, "[L]", false, true, false, false, true))
        .addToken(TOKEN.formatted(513, "[R]", false, false, true, true, false))
        .addToken(TOKEN.formatted(514, "\\n", false, false, false, false, false))
        .addToken(TOKEN.formatted(515, "word", true, false, false, false, false))
        .addToken(TOKEN.formatted(516, "the", true, true, true, true, false))
        .addToken(TOKEN.formatted(517, "\u2764\ufe0f", false, false, false, false, false))
        .addToken(TOKEN.formatted(518, "[N]", false, true, true, true, false))
        .addToken(TOKEN.formatted(519, " a", false, false, false, true, false))
        .addToken(TOKEN.formatted(520, "\u2581a!", false, false, false, true, false));
  }

  /** Without some of the bytes' tokens, which keep their ids under other names. */
  private static TokenizerFile bytes(TokenizerFile file, int step) {
    return file.change(
        json -> {
          ObjectNode vocabulary = (ObjectNode) json.at("/model/vocab");
          for (int b = 0; b < 256; b += step) {
            String token = "<0x%02X>".formatted(b);
            int id = vocabulary.get(token).asInt();
            vocabulary.remove(token);
            vocabulary.put("\ue000" + token, id);
          }
        });
  }

  private static TokenizerFile wholeWords(TokenizerFile file) {
    return file.with("/model/ignore_merges", "true")
        .with("/added_tokens", "[]")
        .with("/model/vocab/\u2581supercalifragilisticexpialidocious", "512")
        .with("/model/vocab/\u2581xyz\u2581the", "513")
        .with("/model/vocab/\ud83d\ude00", "514");
  }
}
