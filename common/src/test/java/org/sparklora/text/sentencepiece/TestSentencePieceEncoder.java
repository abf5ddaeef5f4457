package org.sparklora.text.sentencepiece;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.sentencepiece.SpTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.Fixtures;
import org.sparklora.text.encoder.RandomText;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.encoder.UnsupportedTokenizer;

/** SentencePiece against the C++ library on the fixtures' models and on made ones, exact. */
class TestSentencePieceEncoder {
  private static final List<String> SPECIAL =
      List.of(
          "[gMASK]",
          "<n>",
          "<|blank_7|>",
          "</s>",
          "<s>",
          "<unk>",
          "<0x41>",
          "ab",
          "\u2581a",
          "\u2581");

  static final List<String> MODELS = List.of("chatglm", "chatglm2", "baichuan", "tiny");

  @ParameterizedTest
  @FieldSource("MODELS")
  void encodesFixturesAsTheLibrary(String model) throws Exception {
    List<String> texts = new ArrayList<>();
    for (String family : Fixtures.FAMILIES) {
      Fixtures.lines(family, "tokens.jsonl").forEach(row -> texts.add(row.get("text").asText()));
      for (JsonNode row : Fixtures.lines(family, "corpus.jsonl")) {
        texts.add(row.get("q").asText());
        texts.add(row.get("a").asText());
      }
    }
    assertEncodesAsTheLibrary(file(model), texts);
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void encodesRandomStringsAsTheLibrary(String model) throws Exception {
    assertEncodesAsTheLibrary(file(model), RandomText.strings(model.hashCode(), 4000, SPECIAL));
  }

  @ParameterizedTest
  @ValueSource(ints = {PieceFile.UNIGRAM, PieceFile.BPE})
  void encodesWithRandomModelsAsTheLibrary(int type) throws Exception {
    for (int seed = 0; seed < 40; seed++) {
      byte[] file = randomModel(type, seed);
      RandomText random = new RandomText(seed, SPECIAL);
      List<String> texts = new ArrayList<>();
      for (int n = 0; n < 40; n++) {
        texts.add(letters(new Random(100 * seed + n), 60) + random.next());
      }
      texts.add(letters(new Random(seed), 30_000));
      assertEncodesAsTheLibrary(file, texts);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {PieceFile.UNIGRAM, PieceFile.BPE})
  void aReplacementCharacterIsAPieceAsAnyOther(int type) throws Exception {
    PieceFile file = new PieceFile().trainer(3, type).piece("<unk>", 0, PieceFile.UNKNOWN);
    for (String piece : List.of("\ufffd", "a", "b", "a\ufffd", "\ufffd\ufffd", "\u2581", "ab")) {
      file.piece(piece, -piece.length(), PieceFile.NORMAL);
    }
    List<String> texts =
        RandomText.strings(type, 2000, List.of("\ufffd", "a\ufffd", "\ud800", "b"));
    assertEncodesAsTheLibrary(file.bytes(), texts);
    assertEncodesAsTheLibrary(file.bytePieces().bytes(), texts);
  }

  @Test
  void nearlyEqualSumsAreDecidedAsInTheLibraryWhereverTheyStand() throws Exception {
    PieceFile file = new PieceFile().piece("<unk>", 0, PieceFile.UNKNOWN);
    String[] pieces = {"a", "b", "ab", "ba", "aab", "\u2581", "\u2581a", "c", "d", "cd", "dc"};
    for (int i = 0; i < pieces.length; i++) {
      file.piece(pieces[i], -3.3f * pieces[i].length() - 1e-6f * i, PieceFile.NORMAL);
    }
    List<String> texts = new ArrayList<>();
    Random random = new Random(1);
    for (int n = 0; n < 20; n++) {
      StringBuilder text = new StringBuilder();
      for (int word = 0; word < 2000; word++) {
        text.append(letters(random, 6).replaceAll("[^abcd]", "")).append(' ');
      }
      texts.add(text.toString());
    }
    assertEncodesAsTheLibrary(file.trainer(3, PieceFile.UNIGRAM).bytes(), texts);
  }

  @Test
  void encoderForAnotherThreadGivesTheSameIds() throws Exception {
    SentencePieceFile file = SentencePieceFile.read(file("chatglm"));
    TextCodec encoder = file.encoder();
    TextCodec another = file.encoder();
    for (String text : RandomText.strings(5, 500, SPECIAL)) {
      assertArrayEquals(encoder.encode(text), another.encode(text));
    }
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    refuses("model_type 3", small().trainer(3, 3));
    refuses("treat_whitespace_as_suffix true", small().trainer(24, 1));
    refuses("escape_whitespaces false", small().normalizer(5, 0));
    refuses("unused piece UNUSED", small().trainer(3, 2).piece("u", 0, PieceFile.UNUSED));
    refuses("piece of length 1001", small().piece("a".repeat(1001), 0, PieceFile.NORMAL));
    refuses("piece a\0", small().piece("a\0", 0, PieceFile.NORMAL));
    refuses(
        "piece that is there twice Piece[text=a, score=0.0, kind=NORMAL]",
        small().piece("a", 0, 1));
    refuses("unknown pieces [0, 2]", small().piece("<u>", 0, PieceFile.UNKNOWN));
    refuses("byte_fallback without a piece of byte 0", small().trainer(35, 1));
    refuses("precompiled_charsmap of bytes 3", small().charsMap(new byte[3]));
  }

  @Test
  void brokenFilesAreNotRead() {
    byte[] noByte = new PieceFile().piece("<0xG0>", 0, PieceFile.BYTE).bytes();
    assertThrows(IOException.class, () -> SentencePieceFile.read(noByte));
    assertThrows(IOException.class, () -> SentencePieceFile.read(new byte[] {10, 5, 1}));
    byte[] onlyPieces = {10, 3, 10, 1, 'a'};
    assertDamaged("it ends before its trainer_spec and normalizer_spec", onlyPieces);
    assertDamaged("no pieces", new PieceFile().bytes());
    assertDamaged("piece 2 has text '' and type 1", small().piece("", 0, PieceFile.NORMAL).bytes());
    assertDamaged("piece 2 has text 'k' and type 7", small().piece("k", 0, 7).bytes());
  }

  private static void assertDamaged(String message, byte[] file) {
    assertEquals(
        message, assertThrows(IOException.class, () -> SentencePieceFile.read(file)).getMessage());
  }

  private static PieceFile small() {
    return new PieceFile().piece("<unk>", 0, PieceFile.UNKNOWN).piece("a", 0, PieceFile.NORMAL);
  }

  private static void refuses(String part, PieceFile file) {
    Exception refusal =
        assertThrows(
            UnsupportedTokenizer.class, () -> SentencePieceFile.read(file.bytes()).encoder(), part);
    assertEquals(part, refusal.getMessage());
  }

  /** Pieces over few letters with scores that are often equal, every switch by chance. */
  private static byte[] randomModel(int type, int seed) throws IOException {
    Random random = new Random(seed);
    PieceFile file = new PieceFile().trainer(3, type).piece("<unk>", 0, PieceFile.UNKNOWN);
    file.piece("<s>", 0, PieceFile.CONTROL);
    List<String> texts =
        IntStream.range(0, 60)
            .mapToObj(i -> letters(random, i < 8 ? 1 : 5).replace(' ', '\u2581'))
            .filter(text -> !text.isEmpty())
            .distinct()
            .toList();
    for (String text : texts) {
      int kind = random.nextInt(12) == 0 ? PieceFile.USER_DEFINED : PieceFile.NORMAL;
      file.piece(text, -random.nextInt(9) / 3f, kind);
    }
    if (random.nextBoolean()) {
      file.bytePieces();
    }
    if (random.nextBoolean()) {
      file.charsMap(ModelProto.read(file("chatglm")).charsMap);
    }
    return file.normalizer(3, random.nextInt(2)).normalizer(4, random.nextInt(2)).bytes();
  }

  private static String letters(Random random, int max) {
    String alphabet = "aabbccd\u00e9\u4e00\u4e8c \ud83d\ude00".replace("\ud83d\ude00", "");
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(max); n >= 0; n--) {
      int c = random.nextInt(alphabet.length() + 1);
      text.append(c < alphabet.length() ? alphabet.substring(c, c + 1) : "\ud83d\ude00");
    }
    return text.toString();
  }

  private static byte[] file(String model) throws IOException {
    return Files.readAllBytes(
        switch (model) {
          case "chatglm" -> Fixtures.path(model, "model/ice_text.model");
          case "tiny" -> Path.of("../weights/tiny-chatglm2/tokenizer.model");
          default -> Fixtures.path(model, "model/tokenizer.model");
        });
  }

  private static void assertEncodesAsTheLibrary(byte[] file, List<String> texts)
      throws IOException, UnsupportedTokenizer {
    TextCodec encoder = SentencePieceFile.read(file).encoder();
    try (SpTokenizer library = new SpTokenizer(file)) {
      for (String text : texts) {
        int[] expected = library.getProcessor().encode(text);
        assertArrayEquals(expected, encoder.encode(text), () -> RandomText.escaped(text));
      }
    }
  }
}
