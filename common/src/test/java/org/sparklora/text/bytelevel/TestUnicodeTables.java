package org.sparklora.text.bytelevel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sparklora.text.encoder.IdBuffer;
import org.sparklora.text.encoder.Libraries;
import org.sparklora.text.encoder.RandomText;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.json.TokenizerFile;
import org.sparklora.text.json.TokenizerJson;

/** Character classes and normalization of every character, against the Rust library. */
class TestUnicodeTables {
  private static final int BLOCK = 32;
  private static final String LLAMA_SPLIT = "/pre_tokenizer/pretokenizers/0/pattern/Regex";

  @Test
  void everyCharacterHasTheClassOfTheLibrary() throws Exception {
    byte[] file = TokenizerFile.of("llama").with("/model/merges", "[]").bytes();
    WordScanner words = Llama3Words.of(TokenizerFile.of("llama").text(LLAMA_SPLIT)).orElseThrow();
    try (HuggingFaceTokenizer library = Libraries.tokenizer(file)) {
      compare(
          blocks(c -> "a" + c + "1" + c + "!" + c + "'" + c),
          text -> wordsOfLibrary(library, text),
          text -> wordEnds(words, text));
    }
  }

  @Test
  void everyCharacterIsNormalizedAsInTheLibrary() throws Exception {
    byte[] file = TokenizerFile.of("qwen2").with("/model/merges", "[]").bytes();
    TextCodec encoder = TokenizerJson.read(file).encoder();
    try (HuggingFaceTokenizer library = Libraries.tokenizer(file)) {
      compare(
          blocks(c -> c + "\n" + "a" + c + "\u0323\n" + "a\u0345" + c + "\n\u1100" + c + "\n"),
          text -> list(Libraries.ids(library, text)),
          text -> list(encoder.encode(text)));
    }
  }

  @Test
  void everyCharacterHasTheCategoryOfTheLibrary() throws Exception {
    List<String> categories = List.of("Lu", "Ll", "Lt", "Lm", "Lo", "M", "N", "P", "S");
    String one = categories.stream().map("\\p{%s}+"::formatted).collect(Collectors.joining("|"));
    byte[] file =
        TokenizerFile.of("llama")
            .with("/model/merges", "[]")
            .with(LLAMA_SPLIT, "\"" + one.replace("\\", "\\\\") + "\"")
            .bytes();
    WordSplitter words = RegexWords.of(one, true).orElseThrow();
    String each = "Aa\u01c5\u02b0\u00aa\u03001!+";
    try (HuggingFaceTokenizer library = Libraries.tokenizer(file)) {
      compare(
          blocks(c -> each.replaceAll("(.)", "$1" + Matcher.quoteReplacement(c))),
          text -> wordsOfLibrary(library, text),
          text -> splitEnds(words, text));
    }
  }

  @Test
  void everyCharacterIsOfAWordAsInTheLibrary() throws Exception {
    byte[] file =
        TokenizerFile.of("llama")
            .with("/model/merges", "[]")
            .addToken(
                "{\"id\": 512, \"content\": \"[X]\", \"single_word\": true, \"lstrip\": false, \"rstrip\": false, \"normalized\": false, \"special\": false}")
            .bytes();
    TextCodec encoder = TokenizerJson.read(file).encoder();
    try (HuggingFaceTokenizer library = Libraries.tokenizer(file)) {
      compare(
          blocks(c -> c + "[X]\n[X]" + c + "\n"),
          text -> list(Libraries.ids(library, text)),
          text -> list(encoder.encode(text)));
    }
  }

  /** The library may be asked by several threads, our encoders by one. */
  private static void compare(
      List<String> texts,
      Function<String, List<Integer>> library,
      Function<String, List<Integer>> ours) {
    List<List<Integer>> expected = texts.parallelStream().map(library).toList();
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      assertEquals(expected.get(i), ours.apply(text), () -> RandomText.escaped(text));
    }
  }

  /**
   * Every character of the planes that have any, in short texts with what is around each; of the
   * long alphabets every 16th text, or all with {@code -Dfuzz.strings}.
   */
  private static List<String> blocks(UnaryOperator<String> around) {
    List<String> blocks = new ArrayList<>();
    for (int from = 0; from < 0x110000; from += BLOCK) {
      boolean wanted = !isUniform(from) || from / BLOCK % 16 == 0;
      if (!isEmpty(from) && (wanted || Integer.getInteger("fuzz.strings") != null)) {
        blocks.add(
            IntStream.range(from, from + BLOCK)
                .mapToObj(c -> around.apply(Character.toString(c)))
                .collect(Collectors.joining()));
      }
    }
    return blocks;
  }

  private static boolean isEmpty(int c) {
    boolean surrogates = c >= 0xd800 && c < 0xe000;
    boolean tags = c >= 0xe0000 && c < 0xe0200;
    return surrogates || (c >= 0x33000 && !tags);
  }

  /** Inside of Han, Hangul, Tangut, private use. */
  private static boolean isUniform(int c) {
    return (c >= 0x3500 && c < 0x9f00)
        || (c >= 0xad00 && c < 0xf800)
        || (c >= 0x17100 && c < 0x18a00)
        || (c >= 0x20100 && c < 0x32f00);
  }

  /** Where words end, in tokens, which are bytes. */
  private static List<Integer> wordsOfLibrary(HuggingFaceTokenizer library, String text) {
    long[] words = library.encode(text, false, false).getWordIds();
    List<Integer> ends = new ArrayList<>();
    for (int i = 1; i <= words.length; i++) {
      if (i == words.length || words[i] != words[i - 1]) {
        ends.add(i);
      }
    }
    return ends;
  }

  private static List<Integer> splitEnds(WordSplitter words, String text) {
    IdBuffer ends = new IdBuffer();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    words.split(bytes, 0, bytes.length, ends);
    return list(ends.toArray());
  }

  private static List<Integer> list(int... ids) {
    return Arrays.stream(ids).boxed().toList();
  }

  private static List<Integer> wordEnds(WordScanner words, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    List<Integer> ends = new ArrayList<>();
    for (int at = 0; at < bytes.length; ) {
      at = words.end(bytes, at, bytes.length);
      ends.add(at);
    }
    return ends;
  }
}
