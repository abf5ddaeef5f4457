package org.sparklora.tokenize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sparklora.Fixtures.ints;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparklora.EachFamily;
import org.sparklora.Fixtures;
import org.sparklora.corpus.Example;
import org.sparklora.feature.FeatureRow;
import org.sparklora.text.Codecs;
import org.sparklora.text.TokenCodec;

/**
 * Rows against {@code features.cut.jsonl} and {@code features.skip.jsonl} of the fixtures, exact.
 */
class TestFeaturizer {
  private static final int MAX = 128;

  @EachFamily
  void seedPolicyMakesTheOriginalsRows(String family) {
    List<FeatureRow> rows = written(featurize(family, CutPolicy.SEED, MAX));
    assertRows(Fixtures.lines(family, "features.cut.jsonl"), rows);
  }

  @EachFamily
  void dropPolicyMakesTheOriginalsRowsWithSkipOverlength(String family) {
    List<RowOutcome> outcomes = featurize(family, CutPolicy.DROP, MAX);
    List<FeatureRow> rows = written(outcomes);
    assertRows(Fixtures.lines(family, "features.skip.jsonl"), rows);
    long dropped = outcomes.stream().filter(RowOutcome.Dropped.class::isInstance).count();
    assertEquals(200, rows.size() + dropped);
  }

  @EachFamily
  void keepTargetKeepsShortRowsAsTheyAre(String family) {
    List<JsonNode> uncut = Fixtures.lines(family, "features.skip.jsonl");
    List<FeatureRow> rows = written(featurize(family, CutPolicy.DROP, MAX));
    List<RowOutcome> kept = featurize(family, CutPolicy.KEEP_TARGET, MAX);
    List<FeatureRow> whole =
        kept.stream()
            .filter(o -> o instanceof RowOutcome.Written w && !w.cut())
            .map(o -> ((RowOutcome.Written) o).row())
            .toList();
    long empty = kept.stream().filter(RowOutcome.Refused.class::isInstance).count();
    assertEquals(uncut.size(), rows.size());
    assertTrue(empty > 0);
    assertEquals(uncut.size() - empty, whole.size());
  }

  @EachFamily
  void keepTargetNeverLosesTargetOrEndToken(String family) {
    for (int max : new int[] {8, 9, 16, 33, MAX}) {
      try (TokenCodec codec = codec(family)) {
        for (Example example : corpus(family)) {
          assertShared(codec, example, max);
        }
      }
    }
  }

  /** Each half keeps all it has, or at least half of the room; no room is left over. */
  private static void assertShared(TokenCodec codec, Example example, int max) {
    int[] target = codec.encodeTarget(example.target());
    int prompt = codec.encodePrompt(example.prompt()).length;
    RowOutcome outcome = new Featurizer(codec, CutPolicy.KEEP_TARGET, max).featurize(example);
    if (target.length == 0) {
      assertEquals(new RowOutcome.Refused("the target is empty"), outcome);
      return;
    }
    RowOutcome.Written written = (RowOutcome.Written) outcome;
    FeatureRow row = written.row();
    int room = max - 1;
    int keptTarget = row.length() - row.seqLen() - 1;
    assertEquals(Math.min(room, prompt + target.length), row.length() - 1);
    assertEquals(prompt + target.length > room, written.cut());
    assertTrue(row.seqLen() >= Math.min(prompt, room / 2));
    assertTrue(keptTarget >= Math.min(target.length, room - room / 2));
    assertEquals(codec.endOfSequence(), row.inputIds()[row.length() - 1]);
    for (int i = 0; i < keptTarget; i++) {
      assertEquals(target[i], row.inputIds()[row.seqLen() + i]);
    }
    int[] cutPrompt = codec.encodePrompt(example.prompt(), row.seqLen());
    assertArrayEquals(cutPrompt, Arrays.copyOf(row.inputIds(), row.seqLen()));
  }

  @Test
  void emptyTargetsAreKeptByTheOriginalsPolicies() {
    try (TokenCodec codec = codec("llama")) {
      for (CutPolicy policy : List.of(CutPolicy.SEED, CutPolicy.DROP)) {
        RowOutcome outcome = new Featurizer(codec, policy, MAX).featurize(new Example("hi", ""));
        FeatureRow row = ((RowOutcome.Written) outcome).row();
        assertEquals(row.seqLen() + 1, row.length());
        assertEquals(codec.endOfSequence(), row.inputIds()[row.seqLen()]);
        assertFalse(((RowOutcome.Written) outcome).cut());
      }
    }
  }

  @Test
  void emptyPromptOfBaichuanHasNoPromptIds() {
    try (TokenCodec codec = codec("baichuan")) {
      RowOutcome outcome =
          new Featurizer(codec, CutPolicy.KEEP_TARGET, MAX).featurize(new Example("", "42"));
      assertEquals(0, ((RowOutcome.Written) outcome).row().seqLen());
    }
  }

  private static List<RowOutcome> featurize(String family, CutPolicy policy, int max) {
    List<RowOutcome> outcomes = new ArrayList<>();
    try (TokenCodec codec = codec(family)) {
      Featurizer featurizer = new Featurizer(codec, policy, max);
      corpus(family).forEach(e -> outcomes.add(featurizer.featurize(e)));
    }
    return outcomes;
  }

  private static List<FeatureRow> written(List<RowOutcome> outcomes) {
    return outcomes.stream()
        .filter(RowOutcome.Written.class::isInstance)
        .map(o -> ((RowOutcome.Written) o).row())
        .toList();
  }

  private static List<Example> corpus(String family) {
    return Fixtures.lines(family, "corpus.jsonl").stream()
        .map(row -> new Example(row.get("q").asText(), row.get("a").asText()))
        .toList();
  }

  private static void assertRows(List<JsonNode> expected, List<FeatureRow> rows) {
    assertEquals(expected.size(), rows.size());
    for (int i = 0; i < rows.size(); i++) {
      assertArrayEquals(ints(expected.get(i).get("input_ids")), rows.get(i).inputIds(), "row " + i);
      assertEquals(expected.get(i).get("seq_len").asInt(), rows.get(i).seqLen(), "row " + i);
    }
  }

  private static TokenCodec codec(String family) {
    return Codecs.open(Fixtures.path(family, "model"));
  }
}
