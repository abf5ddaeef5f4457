package org.sparklora.jobs.tokenize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.feature.FeatureRow;
import org.sparklora.feature.FeatureTableInfo;
import org.sparklora.feature.PromptClusters;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.storage.Store;
import org.sparklora.text.Codecs;
import org.sparklora.text.TokenCodec;

/** Nearly equal prompts on one side, and a number of rows in place of a share. */
class TestHeldOutClusters {
  private static final SparkSession SESSION = LocalSpark.session();

  private static final int GROUPS = 40;

  @TempDir Path folder;

  @Test
  void nearlyEqualPromptsAreOnOneSideAndWhoMovesIsCounted() throws Exception {
    List<String> lines = lines(3);
    FeatureTableInfo near = split("near", lines, "near", "0.3").info();
    assertTrue(Collections.disjoint(groups("near", false), groups("near", true)));
    assertEquals(GROUPS * 3, groups("near", false).size() * 3 + groups("near", true).size() * 3);
    PromptClusters clusters = near.promptClusters();
    assertEquals(GROUPS * 3, clusters.prompts());
    assertTrue(clusters.moved() > 10 && clusters.moved() < 90, clusters.toString());
    assertNull(split("exact", lines, "exact", "0.3").info().promptClusters());
    assertTrue(!Collections.disjoint(groups("exact", false), groups("exact", true)));
  }

  @Test
  void rowsThatAreAddedMoveOnlyThoseWhoseClusterTheyJoin() throws Exception {
    List<String> lines = lines(1);
    split("first", lines, "near", "0.3");
    List<String> more = new ArrayList<>(lines(2).subList(0, 20)); // groups 0 to 9
    more.addAll(lines.subList(10, lines.size()));
    Collections.shuffle(more, new Random(1));
    split("second", more, "near", "0.3");
    for (int group = 10; group < GROUPS; group++) {
      String name = "g" + group;
      assertEquals(groups("first", true).contains(name), groups("second", true).contains(name));
    }
  }

  @Test
  void aNumberOfRowsIsReachedByAsFewPromptsAsItTakes() throws Exception {
    List<String> lines = lines(1);
    TokenizeResult exact = split("count", lines, "off", "7");
    assertEquals(7, exact.heldOut().orElseThrow().info().rows());
    assertEquals(GROUPS - 7, exact.info().rows());
    Set<String> seven = groups("count", true);
    Collections.shuffle(lines, new Random(2));
    split("more", lines, "exact", "8");
    assertTrue(groups("more", true).containsAll(seven));
    long near = split("clusters", lines(3), "near", "7").heldOut().orElseThrow().info().rows();
    assertEquals(9, near, "three clusters of three");
    Failure none = assertThrows(Failure.class, () -> split("all", lines, "off", "40"));
    assertEquals(ExitCode.INPUT, none.exitCode());
    assertEquals(
        "Cannot hold rows out, there are too few: 40 (expected more than 40). Lower --val_size.",
        none.getMessage());
  }

  private TokenizeResult split(String name, List<String> lines, String dedup, String size)
      throws Exception {
    Path home = Files.createDirectories(folder.resolve(name));
    Path file = Files.write(home.resolve("corpus.jsonl"), lines);
    return new TokenizeCorpus(SESSION, home)
        .with("input_file", file.toString())
        .with("max_seq_length", "2000")
        .with("dedup", dedup)
        .with("val_size", size)
        .run();
  }

  /** The groups whose rows lie in a table: the first words of its prompts. */
  private Set<String> groups(String name, boolean heldOut) {
    String table = folder.resolve(name).resolve("table") + (heldOut ? ".eval" : "");
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
