package org.sparklora.jobs.tokenize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Failure;
import org.sparklora.feature.FeatureRow;
import org.sparklora.feature.FeatureTableInfo;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.storage.Store;

/** A corpus of which a part of the prompts is held out. */
class TestHeldOutRows {
  private static final SparkSession SESSION = LocalSpark.session();

  @TempDir Path folder;

  @Test
  void bothTablesTogetherAreTheCorpusAndShareNoPrompt() throws Exception {
    List<String> lines = lines(60);
    TokenizeCorpus whole = corpus("whole", lines);
    whole.run();
    TokenizeCorpus split = corpus("split", lines).with("val_size", "0.3");
    TokenizeResult result = split.run();
    List<String> trained = texts(split.rows());
    List<String> heldOut = heldOut(split);
    List<String> all = new ArrayList<>(trained);
    all.addAll(heldOut);
    assertEquals(sorted(texts(whole.rows())), sorted(all));
    assertTrue(heldOut.size() > 8 && heldOut.size() < 40, "" + heldOut.size());
    assertTrue(Collections.disjoint(prompts(split.rows()), prompts(heldOutRows(split))));
    assertEquals(heldOut.size(), result.outcome().figures().get("rows_held_out").intValue());
    assertTrue(
        result
            .summary()
            .endsWith(
                " %d rows are held out in %s.eval; train with --eval_dataset %s.eval."
                    .formatted(heldOut.size(), split.table(), split.table())),
        result.summary());
    FeatureTableInfo info = info(split.table() + ".eval");
    assertEquals("held_out", info.madeFrom().split().side());
    assertEquals("trained", info(split.table().toString()).madeFrom().split().side());
    assertFalse(split.run().made());
  }

  @Test
  void rowsThatAreAddedAndAnotherOrderMoveNoOldRow() throws Exception {
    List<String> lines = lines(40);
    TokenizeCorpus first = corpus("first", lines).with("val_size", "0.3");
    first.run();
    List<String> more = new ArrayList<>(lines(70));
    Collections.shuffle(more, new Random(3));
    TokenizeCorpus second = corpus("second", more).with("val_size", "0.3");
    second.run();
    assertTrue(texts(second.rows()).containsAll(texts(first.rows())));
    assertTrue(heldOut(second).containsAll(heldOut(first)));
  }

  @Test
  void conversationsAreSplitByTheirFirstQuestion() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      lines.add(
          "{\"messages\": [{\"role\": \"user\", \"content\": \"first %d\"}, {\"role\": \"assistant\", \"content\": \"yes\"}, {\"role\": \"user\", \"content\": \"and %d\"}, {\"role\": \"assistant\", \"content\": \"no\"}]}"
              .formatted(i / 2, i));
    }
    TokenizeCorpus split =
        corpus("chats", lines)
            .without("prompt_key")
            .without("target_key")
            .with("prompt_form", "baichuan")
            .with("val_size", "0.3");
    split.run();
    long heldOut = conversations(split.table() + ".eval");
    assertEquals(0, heldOut % 2);
    assertTrue(heldOut > 0 && heldOut < 40, "" + heldOut);
    assertEquals(40, heldOut + conversations(split.table().toString()));
  }

  private static long conversations(String table) {
    return info(table).chatCounts().counts().get("conversations");
  }

  @Test
  void badRowsAreToldOnceAndAnotherShareIsAnotherTable() throws Exception {
    List<String> lines = new ArrayList<>(lines(40));
    lines.add("no JSON");
    TokenizeCorpus split =
        corpus("bad", lines).with("val_size", "0.3").with("max_bad_fraction", "0.05");
    split.run();
    assertEquals(1, info(split.table().toString()).counts().bad());
    assertEquals(0, info(split.table() + ".eval").counts().bad());
    Failure other = assertThrows(Failure.class, () -> split.with("val_size", "0.2").run());
    assertTrue(
        other.getMessage().contains("--val_size (0.3, trained there, 0.2, trained now)"),
        other.getMessage());
  }

  @Test
  void aSplitThatHoldsNothingOutSaysSoAlsoInTheOutcome() throws Exception {
    TokenizeCorpus split = corpus("few", lines(2)).with("val_size", "0.0001");
    Failure failure = assertThrows(Failure.class, split::run);
    assertEquals(
        "Cannot tokenize, no row is held out: --val_size 1.0E-4 of the prompts (expected at least one row). Raise --val_size, or leave it out.",
        failure.getMessage());
    Path outcome = split.table().resolve("_outcome.json");
    assertEquals(3, new ObjectMapper().readTree(outcome.toFile()).get("exit_code").asInt());
  }

  private TokenizeCorpus corpus(String name, List<String> lines) throws Exception {
    Path home = Files.createDirectories(folder.resolve(name));
    Path file = Files.write(home.resolve("corpus.jsonl"), lines);
    return new TokenizeCorpus(SESSION, home).with("input_file", file.toString());
  }

  /** Every third prompt is the one before it with other blanks and another answer. */
  private static List<String> lines(int count) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String prompt = i % 3 == 2 ? " math  of " + (i - 1) + "=" : "math of " + i + "=";
      lines.add("{\"q\": \"%s\", \"a\": \"%d\"}".formatted(prompt, i));
    }
    return lines;
  }

  private static List<FeatureRow> heldOutRows(TokenizeCorpus split) {
    return TokenizeCorpus.rows(SESSION, Store.local(), split.table() + ".eval");
  }

  private static List<String> heldOut(TokenizeCorpus split) {
    return texts(heldOutRows(split));
  }

  private static List<String> texts(List<FeatureRow> rows) {
    return rows.stream().map(row -> Arrays.toString(row.inputIds())).toList();
  }

  private static Set<String> prompts(List<FeatureRow> rows) {
    Set<String> prompts = new HashSet<>();
    rows.forEach(row -> prompts.add(Arrays.toString(Arrays.copyOf(row.inputIds(), row.seqLen()))));
    return prompts;
  }

  private static List<String> sorted(List<String> texts) {
    return Stream.of(texts).flatMap(List::stream).sorted().toList();
  }

  private static FeatureTableInfo info(String table) {
    return FeatureTableInfo.read(Store.local(), table).orElseThrow();
  }
}
