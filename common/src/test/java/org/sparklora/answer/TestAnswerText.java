package org.sparklora.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.EachFamily;
import org.sparklora.Fixtures;
import org.sparklora.generation.Stops;
import org.sparklora.prompt.PromptForms;
import org.sparklora.text.Codecs;
import org.sparklora.text.TokenCodec;

class TestAnswerText {
  private static final int END = 256;
  private static final Stops STOPS = new Stops(List.of(END), List.of());

  @Test
  void aCharacterComesWhenItsLastByteDoes() {
    List<String> pieces = pieces("a中🙂b", STOPS, answer -> answer);
    assertEquals("a中🙂b", String.join("", pieces));
    assertEquals(List.of("a", "", "", "中", "", "", "", "🙂", "b", ""), pieces);
  }

  @Test
  void theEndTokenIsNoText() {
    AnswerText text = new AnswerText(new Bytes(), answer -> answer, STOPS);
    int[] ids = {'o', 'k', END};
    assertEquals("ok", text.more(Arrays.copyOf(ids, 2)));
    assertEquals("", text.rest(ids));
    assertEquals("ok", text.given());
  }

  @Test
  void halfAStopTextIsHeldBackAndGivenWhenItIsNone() {
    Stops stops = new Stops(List.of(END), List.of("问：", "\nEND"));
    for (String piece : pieces("one\nEN two\nEND", stops, answer -> answer)) {
      assertFalse(piece.contains("\nEND"), piece);
    }
    assertEquals(
        "one\nEN two", String.join("", pieces("one\nEN two\nEND", stops, answer -> answer)));
    assertEquals("是", String.join("", pieces("是问：再", stops, answer -> answer)));
    assertEquals("是问", String.join("", pieces("是问", stops, answer -> answer)));
  }

  /** Of bytes in a row one that is wrong makes all of them replacements, in some tokenizers. */
  @EachFamily
  void theStreamOfAnyTokensIsWhatTheyAreAsAWhole(String family) {
    Stops none = new Stops(List.of(), List.of());
    try (TokenCodec codec = Codecs.open(Fixtures.path(family, "model"))) {
      for (int seed = 0; seed < 40; seed++) {
        int[] ids = new Random(seed).ints(60, 0, 500).toArray();
        AnswerText text = new AnswerText(codec, answer -> answer, none);
        StringBuilder stream = new StringBuilder();
        for (int i = 1; i <= ids.length; i++) {
          stream.append(text.more(Arrays.copyOf(ids, i)));
        }
        stream.append(text.rest(ids));
        assertEquals(codec.decode(ids), stream.toString(), "seed " + seed);
      }
    }
  }

  /** What the families' own code makes of an answer may change what stands there already. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "  你好,世界!  ",
        "a,你 b ,c",
        "[[训练时间]]是今年:[[训练]]",
        "\n你好?",
        "metadata\nanswer",
        " x ",
        "",
        "   ",
        "[[[训练时间]]]",
        "one, two; three: four! five? six",
        "是,,否"
      })
  void theStreamEqualsTheWholeAnswerInEachForm(String answer) {
    for (String name : PromptForms.names()) {
      UnaryOperator<String> shown = PromptForms.named(name)::shown;
      assertEquals(
          shown.apply(answer), String.join("", pieces(answer, STOPS, shown)), name + ": " + answer);
    }
  }

  /** Byte after byte, then the end. */
  private static List<String> pieces(String answer, Stops stops, UnaryOperator<String> shown) {
    AnswerText text = new AnswerText(new Bytes(), shown, stops);
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    int[] ids = new int[bytes.length];
    List<String> pieces = new ArrayList<>();
    for (int i = 0; i < bytes.length; i++) {
      ids[i] = bytes[i] & 0xff;
      pieces.add(text.more(Arrays.copyOf(ids, i + 1)));
    }
    pieces.add(text.rest(ids));
    return pieces;
  }

  /** A token for each byte. */
  private static final class Bytes implements TokenCodec {
    @Override
    public int[] encodePrompt(String text) {
      throw new UnsupportedOperationException("only answers");
    }

    @Override
    public int[] encodePrompt(String text, int maxTokens) {
      throw new UnsupportedOperationException("only answers");
    }

    @Override
    public int[] encodeTarget(String text) {
      throw new UnsupportedOperationException("only answers");
    }

    @Override
    public OptionalInt specialToken(String token) {
      return OptionalInt.empty();
    }

    @Override
    public String decode(int[] ids) {
      byte[] bytes = new byte[ids.length];
      for (int i = 0; i < ids.length; i++) {
        bytes[i] = (byte) ids[i];
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public int endOfSequence() {
      return END;
    }

    @Override
    public String fingerprint() {
      return "sha256:bytes";
    }

    @Override
    public void close() {}
  }
}
