package org.sparklora.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sparklora.text.encoder.TextCodec;

/** The families' rules around an encoder that only takes note of what it is given. */
class TestTextRules {
  private final Noting pieces = new Noting();

  @Test
  void blanksBesideTokensGoOnlyWhereTheFamilySaysSo() {
    Map<String, Integer> tokens = Map.of("<sop>", 9);
    new SplitOutTokens(pieces, tokens, true).encode(" a \u00a0\u3000\u0085<sop>\t b ");
    new SplitOutTokens(pieces, tokens, false).encode(" a <sop> b ");
    assertEquals(List.of(" a", "b ", " a ", " b "), pieces.texts);
  }

  @Test
  void tokensStandingTogetherHaveNoTextBetween() {
    int[] ids = new SplitOutTokens(pieces, Map.of("<s>", 1, "</s>", 2), true).encode("<s></s> <s>");
    assertArrayEquals(new int[] {1, 2, 1}, ids);
    assertEquals(List.of(), pieces.texts);
  }

  @Test
  void withoutTokensTheTextIsWhole() {
    new SplitOutTokens(pieces, Map.of(), true).encode(" a b ");
    assertEquals(List.of(" a b "), pieces.texts);
  }

  @Test
  void ofTokensThatBeginAlikeTheLongerIsFound() {
    int[] ids = new SplitOutTokens(pieces, Map.of("<a", 1, "<a>", 2), false).encode("<a><a");
    assertArrayEquals(new int[] {2, 1}, ids);
  }

  @Test
  void runsOfBlanksAreNamedFromTheLeft() {
    new ChatGlmBlanks(pieces).encode("a" + " ".repeat(163) + "b\n\tc");
    assertEquals(List.of("a<|blank_80|><|blank_80|><|blank_3|>b<n><|tab|>c"), pieces.texts);
  }

  @Test
  void namedBlanksOutOfRangeStayText() {
    pieces.decoded = "a<|blank_80|>b<|blank_81|><|blank_1|><|blank_0|>";
    assertEquals(
        "a" + " ".repeat(80) + "b<|blank_81|><|blank_1|><|blank_0|>",
        new ChatGlmBlanks(pieces).decode(new int[0]));
  }

  @Test
  void promptsNeedRoomForTheirSpecialTokens() {
    TokenCodec codec =
        new FramedCodec(pieces, new PromptFrame(new int[] {5}, new int[] {6}), 0, "");
    assertArrayEquals(new int[] {5, 6}, codec.encodePrompt("abc", 2));
    assertArrayEquals(new int[] {5, 97, 98, 6}, codec.encodePrompt("abc", 4));
    assertEquals(
        "a prompt of 1 tokens has no room for its 2 special tokens",
        assertThrows(IllegalArgumentException.class, () -> codec.encodePrompt("abc", 1))
            .getMessage());
  }

  /** Ids are the characters of the text. */
  private static final class Noting implements TextCodec {
    private final List<String> texts = new ArrayList<>();
    private String decoded = "";

    @Override
    public int[] encode(String text) {
      texts.add(text);
      return text.chars().toArray();
    }

    @Override
    public String decode(int[] ids) {
      return decoded;
    }
  }
}
