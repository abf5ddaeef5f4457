package org.sparklora.text.bytelevel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.text.encoder.Libraries;
import org.sparklora.text.encoder.RandomText;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.encoder.UnsupportedTokenizer;
import org.sparklora.text.json.TokenizerFile;
import org.sparklora.text.json.TokenizerJson;

/** Pre-tokenizers in the manner of published models, against the Rust library. */
class TestWordStages {
  private static final String BYTES =
      "{\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"use_regex\": false, \"trim_offsets\": true}";
  private static final String REGEX_BYTES =
      BYTES.replace("\"use_regex\": false", "\"use_regex\": true");
  private static final String PREFIX_BYTES =
      BYTES.replace("\"add_prefix_space\": false", "\"add_prefix_space\": true");
  private static final String DIGITS = "{\"type\": \"Digits\", \"individual_digits\": %b}";
  private static final String CASED =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+%1$s"
          + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*%1$s"
          + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  static final Map<String, List<String>> STAGES =
      Map.ofEntries(
          Map.entry("each digit", List.of(DIGITS.formatted(true), REGEX_BYTES)),
          Map.entry("runs of digits", List.of(DIGITS.formatted(false), REGEX_BYTES)),
          Map.entry(
              "five stages",
              List.of(
                  split("[\\r\\n]"),
                  split("\\s?\\p{L}+"),
                  split("\\s?\\p{P}+"),
                  split("[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+"),
                  DIGITS.formatted(true),
                  BYTES)),
          Map.entry(
              "signs and marks",
              List.of(
                  split("\\p{N}{1,3}"),
                  split("[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+"),
                  split(
                      "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+"
                          + "|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
                          + "| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
                  BYTES)),
          Map.entry("cases", List.of(split(CASED.formatted("")), BYTES)),
          Map.entry(
              "cases and contractions, gaps removed",
              List.of(
                  split(CASED.formatted("(?i:'s|'t|'re|'ve|'m|'ll|'d)?"))
                      .replace("Isolated", "Removed")
                      .replace("false", "true"),
                  BYTES)),
          Map.entry(
              "letters only",
              List.of(
                  split("\\p{L}+").replace("Isolated", "Removed").replace("false", "true"), BYTES)),
          Map.entry("lines", List.of(split("^\\S+|\\s+$|.+"), BYTES)),
          Map.entry(
              "a string",
              List.of(split("a").replace("Regex", "String"), DIGITS.formatted(true), REGEX_BYTES)),
          Map.entry("a blank before each word", List.of(split("\\s+|[^\\s]+"), PREFIX_BYTES)),
          Map.entry("a blank before each digit", List.of(DIGITS.formatted(true), PREFIX_BYTES)));

  static final List<String> NAMES = List.copyOf(STAGES.keySet());

  @ParameterizedTest
  @FieldSource("NAMES")
  void splitsRandomStringsAsTheLibrary(String name) throws Exception {
    byte[] file = file(STAGES.get(name));
    TextCodec encoder = TokenizerJson.read(file).encoder();
    try (HuggingFaceTokenizer library = Libraries.tokenizer(file)) {
      for (String text :
          RandomText.strings(name.hashCode(), 700, List.of("a", "<|end_of_text|>"))) {
        int[] expected = Libraries.ids(library, text);
        assertArrayEquals(expected, encoder.encode(text), () -> RandomText.escaped(text));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\w+",
        "\\bword",
        "\\h+",
        "(?<name>a)",
        "(?>a)",
        "a{,3}",
        "a{1,3}+",
        "[a[bc]]",
        "[a&&b]",
        "[[:alpha:]]",
        "\\p{Han}+",
        "\\x41",
        "(a",
        "]"
      })
  void patternsThatJavaMayReadOtherwiseAreRefused(String regex) {
    byte[] file = file(List.of(split(regex), BYTES));
    assertEquals(
        "pre_tokenizer {\"type\":\"Sequence\"",
        assertThrows(UnsupportedTokenizer.class, () -> TokenizerJson.read(file).encoder())
            .getMessage()
            .substring(0, 32));
  }

  @ParameterizedTest
  @ValueSource(strings = {"MergedWithPrevious", "MergedWithNext", "Contiguous", "Removed"})
  void otherBehaviorsAreRefused(String behavior) {
    byte[] file = file(List.of(split("a").replace("Isolated", behavior), BYTES));
    assertThrows(UnsupportedTokenizer.class, () -> TokenizerJson.read(file).encoder());
  }

  private static byte[] file(List<String> stages) {
    String parts = String.join(", ", stages);
    return TokenizerFile.of("llama")
        .with(
            "/pre_tokenizer", "{\"type\": \"Sequence\", \"pretokenizers\": [%s]}".formatted(parts))
        .bytes();
  }

  private static String split(String regex) {
    try {
      return """
          {"type": "Split", "pattern": {"Regex": %s}, "behavior": "Isolated", "invert": false}"""
          .formatted(new ObjectMapper().writeValueAsString(regex));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
