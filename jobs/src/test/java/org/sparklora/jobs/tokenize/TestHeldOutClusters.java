package org.sparklora.jobs.tokenize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.corpus.CorpusPlan;
import org.sparklora.feature.FeatureRow;
import org.sparklora.feature.FeatureTableInfo;
import org.sparklora.feature.PromptClusters;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.run.NamedPaths;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.storage.Store;
import org.sparklora.text.Codecs;
import org.sparklora.text.TokenCodec;
import org.sparklora.tokenize.Dedup;
import org.sparklora.tokenize.HoldOut;

/** Nearly equal prompts on one side, and a number of rows in place of a share. */
class TestHeldOutClusters {
  private static final SparkSession SESSION = LocalSpark.session();

  private static final int GROUPS = 24;

  @TempDir Path folder;

  @Test
  void nearlyEqualPromptsAreOnOneSideAndWhoMovesIsCounted() throws Exception {
    List<String> lines = lines(3);
    Path file = Files.write(folder.resolve("corpus.jsonl"), lines);
    FeatureTableInfo near =
        new TokenizeCorpus(SESSION, folder)
            .with("input_file", file.toString())
            .with("max_seq_length", "2000")
            .with("dedup", "near")
            .with("val_size", "0.3")
            .run()
            .info();
    Set<String> trained = groups(false);
    Set<String> heldOut = groups(true);
    assertTrue(Collections.disjoint(trained, heldOut));
    assertEquals(GROUPS, trained.size() + heldOut.size());
    PromptClusters clusters = near.promptClusters();
    assertEquals(GROUPS * 3, clusters.prompts());
    assertTrue(clusters.moved() > 6 && clusters.moved() < 60, clusters.toString());
    assertEquals(heldOut, Set.copyOf(heldOut(lines, Dedup.NEAR, 0.3)));
  }

  @Test
  void withoutClustersAPromptsOwnHashSaysItsSide() throws Exception {
    RowChoosing exact = choice(lines(3), Dedup.EXACT, 0.3);
    assertNull(exact.split());
    Set<String> trained = new HashSet<>(lines(3));
    trained.removeAll(taken(exact, lines(3), 0.3));
    assertTrue(!Collections.disjoint(names(trained), heldOut(lines(3), Dedup.EXACT, 0.3)));
  }

  @Test
  void rowsThatAreAddedMoveOnlyThoseWhoseClusterTheyJoin() throws Exception {
    List<String> lines = lines(1);
    List<String> first = heldOut(lines, Dedup.NEAR, 0.3);
    List<String> more = new ArrayList<>(lines(2).subList(0, 20)); // groups 0 to 9
    more.addAll(lines.subList(10, lines.size()));
    Collections.shuffle(more, new Random(1));
    List<String> second = heldOut(more, Dedup.NEAR, 0.3);
    for (int group = 10; group < GROUPS; group++) {
      String name = "g" + group;
      assertEquals(first.contains(name), second.contains(name));
    }
  }

  @Test
  void aNumberOfRowsIsReachedByAsFewPromptsAsItTakes() throws Exception {
    List<String> lines = lines(1);
    List<String> seven = heldOut(lines, Dedup.OFF, 7);
    assertEquals(7, seven.size());
    Collections.shuffle(lines, new Random(2));
    List<String> eight = heldOut(lines, Dedup.EXACT, 8);
    assertEquals(8, eight.size());
    assertTrue(eight.containsAll(seven));
    List<String> near = heldOut(lines(3), Dedup.NEAR, 7);
    assertEquals(9, near.size(), "three clusters of three");
    assertEquals(3, Set.copyOf(near).size());
    Failure none = assertThrows(Failure.class, () -> heldOut(lines, Dedup.OFF, GROUPS));
    assertEquals(ExitCode.INPUT, none.exitCode());
    assertEquals(
        "Cannot hold rows out, there are too few: 24 (expected more than 24). Lower --val_size.",
        none.getMessage());
  }

  /** The groups of the rows that are held out, one for each row. */
  private List<String> heldOut(List<String> lines, Dedup dedup, double size) throws Exception {
    return names(taken(choice(lines, dedup, size), lines, size));
  }

  private static List<String> taken(RowChoosing choice, List<String> lines, double size) {
    HoldOut heldOut = choice.in(new HoldOut(size, HoldOut.Side.HELD_OUT));
    return lines.stream().filter(line -> heldOut.takes(Optional.of(prompt(line)))).toList();
  }

  private RowChoosing choice(List<String> lines, Dedup dedup, double size) throws Exception {
    Path file = Files.write(folder.resolve("rows.jsonl"), lines);
    Store store = Store.local();
    Corpora corpora = Corpora.find(store, NamedPaths.of(SESSION), List.of(file.toString()));
    CorpusPlan plan = CorpusPlan.of(store, corpora.files(), 2, "UTF-8");
    RowReading reading = new RowReading(SparkStorage.settings(SESSION), "q", "a", null);
    return RowChoosing.of(
        new CorpusTexts(SESSION, corpora, plan), new RowLook(reading, dedup, null, size));
  }

  private static String prompt(String line) {
    return line.split("\"", -1)[3];
  }

  private static List<String> names(Collection<String> lines) {
    return lines.stream().map(line -> prompt(line).split(" ", 2)[0]).toList();
  }

  /** The groups whose rows lie in a table: the first words of its prompts. */
  private Set<String> groups(boolean heldOut) {
    String table = folder.resolve("table") + (heldOut ? ".eval" : "");
    Set<String> groups = new HashSet<>();
    try (TokenCodec codec = Codecs.open(Fixtures.path("llama", "model"))) {
      for (FeatureRow row : TokenizeCorpus.rows(SESSION, Store.local(), table)) {
        String prompt = codec.decode(Arrays.copyOf(row.inputIds(), row.seqLen()));
        groups.add(prompt.strip().split(" ", 2)[0]);
      }
    }
    return groups;
  }

  /** Of each group so many prompts, one word of 40 changed, each with an answer of its own. */
  private static List<String> lines(int copies) {
    List<String> lines = new ArrayList<>();
    for (int group = 0; group < GROUPS; group++) {
      Random dice = new Random(group);
      String prompt = "g" + group + words(dice, 38);
      for (int copy = 0; copy < copies; copy++) {
        lines.add(
            "{\"q\": \"%s copy%d\", \"a\": \"%s\"}"
                .formatted(prompt, copy, words(dice, 40).strip()));
      }
    }
    return lines;
  }

  private static String words(Random dice, int count) {
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < count; i++) {
      words.append(" w").append(dice.nextInt(10_000));
    }
    return words.toString();
  }
}
