package org.sparklora.similarity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Goldens by rouge-score and sacrebleu: {@code similarity/make_similarity.py}. */
class TestTextScores {
  private static final double EXACT = 1e-12;

  private final JsonNode goldens = goldens();

  @Test
  void rougeOfLatinTextsEqualsRougeScore() {
    for (JsonNode row : goldens.path("latin")) {
      Rouge rouge = Rouge.of(said(row), right(row));
      assertEquals(row.path("rouge").get(0).asDouble(), rouge.rouge1(), EXACT, said(row));
      assertEquals(row.path("rouge").get(1).asDouble(), rouge.rouge2(), EXACT, said(row));
      assertEquals(row.path("rouge").get(2).asDouble(), rouge.rougeL(), EXACT, said(row));
    }
  }

  @Test
  void bleuEqualsSacrebleuRowByRow() {
    for (String part : List.of("latin", "han")) {
      for (JsonNode row : goldens.path(part)) {
        double score = Bleu.of(said(row), right(row)).score();
        assertEquals(row.path("bleu").asDouble(), score, 100 * EXACT, said(row));
      }
    }
  }

  @Test
  void bleuOfAllRowsIsOfTheirCountsNotTheMeanOfTheirScores() {
    for (String part : List.of("latin", "han")) {
      Bleu all = Bleu.NONE;
      for (JsonNode row : goldens.path(part)) {
        all = all.plus(Bleu.of(said(row), right(row)));
      }
      assertEquals(goldens.path(part + "_bleu").asDouble(), all.score(), 100 * EXACT);
    }
  }

  @Test
  void hanAndKanaCountByCharactersOtherScriptsByWords() {
    assertEquals(List.of("我", "有", "2", "台", "gpu"), RougeTokens.of("我有2台GPU。"));
    assertEquals(
        List.of("привет", "мир", "नमस्ते", "한국어"), RougeTokens.of("Привет, мир! नमस्ते 한국어"));
    assertEquals(List.of("て", "す", "𠀀"), RougeTokens.of("てす𠀀"));
    assertEquals(0.75, Rouge.of("今天下雨", "今天下雪").rouge1(), EXACT);
    assertEquals(2.0 / 3, Rouge.of("今天下雨", "今天下雪").rouge2(), EXACT);
  }

  @Test
  void anAnswerMatchesInItsNormalFormInSpiteOfCaseWidthQuotesBlanksAndClosingMarks() {
    for (String same :
        List.of(
            "Paris",
            " paris ",
            "PARIS.",
            "“Paris”",
            "Ｐａｒｉｓ",
            "'paris!'",
            "Paris\u00a0",
            "「Paris」。")) {
      assertTrue(Matches.normalised(same, "Paris"), same);
    }
    assertTrue(Matches.normalised("答案 是 四 。", "答案是四"));
    assertTrue(Matches.normalised("New\n  York", "new york"));
    assertFalse(Matches.normalised("-1", "1"));
    assertFalse(Matches.normalised("1.5", "15"));
    assertFalse(Matches.normalised("x+1", "x-1"));
    assertFalse(Matches.normalised("100%", "100"));
    assertFalse(Matches.normalised("", "..."));
    assertTrue(Matches.normalised("...", "…"));
  }

  @Test
  void anExactMatchLeavesOnlyBlanksAtTheEndsAside() {
    assertTrue(Matches.exact(" 42\n", "42"));
    assertFalse(Matches.exact("Forty", "forty"));
    assertFalse(Matches.exact("4 2", "42"));
  }

  @Test
  void figuresAreMeansOfTheRowsInWhateverOrderTheyAreAdded() {
    TextScores one = TextScores.of("a b c d", "a b c d");
    TextScores other = TextScores.of("A b c e.", "a b c d");
    Map<String, Double> figures = one.plus(other).figures();
    assertEquals(figures, other.plus(one).figures());
    assertEquals(0.5, figures.get("exact_match"));
    assertEquals(0.5, figures.get("normalised_match"));
    assertEquals(0.875, figures.get("rouge_1"), EXACT);
    assertEquals(0.0, TextScores.NONE.figures().get("rouge_l"));
    assertEquals(0.0, TextScores.NONE.figures().get("bleu_4"));
  }

  private static String said(JsonNode row) {
    return row.path("prediction").asText();
  }

  private static String right(JsonNode row) {
    return row.path("target").asText();
  }

  private static JsonNode goldens() {
    try (InputStream in = TestTextScores.class.getResourceAsStream("/similarity/goldens.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException("a resource of this project", e);
    }
  }
}
