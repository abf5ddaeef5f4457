package org.sparklora.jobs.tokenize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Failure;
import org.sparklora.Sha256;
import org.sparklora.feature.FeatureTableInfo;
import org.sparklora.feature.MixedCorpus;
import org.sparklora.feature.RepeatCounts;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.near.NearText;
import org.sparklora.storage.Store;
import org.sparklora.tokenize.Dedup;

/** Rows that repeat earlier ones. */
class TestRepeatedRows {
  private static final SparkSession SESSION = LocalSpark.session();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EQUAL = "it repeats an earlier row";
  private static final String NEAR = "it nearly repeats an earlier row";

  @TempDir Path folder;

  @Test
  void equalRowsAreLeftOutButForTheFirstAndListed() throws Exception {
    List<String> lines =
        List.of(
            row("one", "1"),
            row(" ｏｎｅ ", "1"), // equal in normal form
            row("One", "1"), // another case
            row("one", "2"), // another answer
            row("one", "1"),
            row("on", "e 1"));
    TokenizeCorpus job = corpus("exact", lines).with("dedup", "exact");
    TokenizeResult result = job.run();
    FeatureTableInfo info = result.info();
    assertEquals(new RepeatCounts(2, 0), info.repeats());
    assertEquals("exact", info.madeFrom().dedup());
    assertEquals(4, info.counts().read());
    assertEquals(0, info.counts().bad());
    assertEquals(
        List.of("%s %s".formatted(EQUAL, hash(lines.get(1))), EQUAL + " " + hash(lines.get(4))),
        listed(job));
    assertEquals(
        offset(lines, 4), job.quarantined().get(1).get("position").asLong(), "of the line");
    assertTrue(
        result
            .summary()
            .endsWith(
                " 2 rows are left out that repeat earlier ones (2 equal, 0 nearly equal), listed in %s.quarantine."
                    .formatted(job.table())),
        result.summary());
    assertEquals(2, result.outcome().figures().get("rows_equal").intValue());
    assertEquals(info, FeatureTableInfo.read(Store.local(), job.table().toString()).orElseThrow());
    assertFalse(job.run().made());
    Failure other = assertThrows(Failure.class, () -> job.with("dedup", "near").run());
    assertTrue(other.getMessage().contains("--dedup (exact there, near now)"), other.getMessage());
    assertNull(corpus("off", lines).run().info().repeats());
  }

  @Test
  void nearlyEqualRowsAreThoseOfBruteForceWhateverFormTheyLieIn() throws Exception {
    List<String> lines = rows(300);
    List<String> kept = bruteForce(lines);
    assertTrue(kept.size() < 220 && kept.size() > 60, "" + kept.size());
    TokenizeCorpus job = corpus("near", lines).with("dedup", "near");
    FeatureTableInfo info = job.run().info();
    TokenizeCorpus expected = corpus("kept", kept);
    expected.run();
    assertEquals(ids(expected), ids(job));
    assertEquals(300, kept.size() + info.repeats().equal() + info.repeats().near());
    Map<String, Long> reasons =
        job.quarantined().stream()
            .collect(Collectors.groupingBy(r -> r.get("reason").asText(), Collectors.counting()));
    assertEquals(
        new TreeMap<>(Map.of(EQUAL, info.repeats().equal(), NEAR, info.repeats().near())),
        new TreeMap<>(reasons));
    TokenizeCorpus columns =
        job("columns").with("input_file", parquet(lines)).with("dedup", "near");
    assertEquals(info.repeats(), columns.run().info().repeats());
    assertEquals(ids(job), ids(columns));
  }

  @Test
  void repeatsAreTakenByNoMixAndToldByTheTableThatTrainingTakes() throws Exception {
    List<String> lines = rows(200);
    long distinct =
        lines.size() - corpus("count", lines).with("dedup", "exact").run().info().repeats().equal();
    Path twin = Files.write(folder.resolve("twin.jsonl"), lines);
    Path other =
        Files.write(folder.resolve("other.jsonl"), List.of(row("alone", "x"), lines.get(0)));
    TokenizeCorpus mix =
        job("mix").with("dedup", "exact").with("val_size", "0.3").mix(twin + "=50", other + "=1");
    TokenizeResult result = mix.run();
    assertEquals(
        List.of(new MixedCorpus(twin + "=50", distinct, 50), new MixedCorpus(other + "=1", 1, 1)),
        result.info().mixed());
    TokenizeResult heldOut = result.heldOut().orElseThrow();
    assertEquals(51, result.info().rows() + heldOut.info().rows());
    assertEquals(result.info().repeats(), heldOut.info().repeats());
    assertEquals(result.info().repeats().equal(), mix.quarantined().size());
    assertFalse(Files.exists(Path.of(heldOut.folder() + ".quarantine")));
  }

  @Test
  void conversationsAreEqualWhereAllTheirTurnsAre() throws Exception {
    String chat =
        "{\"messages\": [{\"role\": \"user\", \"content\": \"a question\"}, {\"role\": \"assistant\", \"content\": \"%s\"}]}";
    List<String> lines =
        List.of(chat.formatted("yes"), chat.formatted("no"), chat.formatted("yes "), "{}");
    TokenizeCorpus job =
        corpus("chats", lines)
            .without("prompt_key")
            .without("target_key")
            .with("prompt_form", "baichuan")
            .with("max_bad_fraction", "0.5")
            .with("dedup", "near");
    FeatureTableInfo info = job.run().info();
    assertEquals(new RepeatCounts(1, 0), info.repeats());
    assertEquals(2, info.rows());
    assertEquals(1, info.counts().bad());
  }

  private TokenizeCorpus job(String name) throws IOException {
    return new TokenizeCorpus(SESSION, Files.createDirectories(folder.resolve(name)));
  }

  private TokenizeCorpus corpus(String name, List<String> lines) throws IOException {
    TokenizeCorpus job = job(name);
    Path file = Files.write(folder.resolve(name).resolve("corpus.jsonl"), lines);
    return job.with("input_file", file.toString());
  }

  private String parquet(List<String> lines) throws IOException {
    Path json = Files.write(folder.resolve("all.jsonl"), lines);
    Path parquet = folder.resolve("all.parquet");
    SESSION.read().json(json.toString()).coalesce(1).write().parquet(parquet.toString());
    return parquet.toString();
  }

  private static List<String> ids(TokenizeCorpus job) {
    return job.rows().stream().map(row -> Arrays.toString(row.inputIds())).toList();
  }

  private static List<String> listed(TokenizeCorpus job) throws IOException {
    return job.quarantined().stream()
        .map(row -> row.get("reason").asText() + " " + row.get("hash").asText())
        .toList();
  }

  private static String hash(String line) {
    return Sha256.of(line.getBytes(StandardCharsets.UTF_8)).fingerprint();
  }

  private static long offset(List<String> lines, int line) {
    return lines.subList(0, line).stream()
        .mapToLong(l -> l.getBytes(StandardCharsets.UTF_8).length + 1L)
        .sum();
  }

  private static String row(String prompt, String target) {
    return JSON.createObjectNode().put("q", prompt).put("a", target).toString();
  }

  /** Groups of rows: copies, copies with other blanks, and with a few of 60 words changed. */
  private static List<String> rows(int count) {
    Random dice = new Random(5);
    List<String> rows = new ArrayList<>();
    while (rows.size() < count) {
      List<String> words = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        words.add("w" + dice.nextInt(5000));
      }
      for (int copy = dice.nextInt(4); copy >= 0; copy--) {
        for (int w = dice.nextInt(4); w > 0; w--) {
          words.set(dice.nextInt(60), "c" + dice.nextInt(5000));
        }
        rows.add(
            row(
                String.join(copy % 2 == 0 ? " " : "  ", words.subList(0, 40)),
                String.join(" ", words.subList(40, 60))));
      }
    }
    List<String> dealt = new ArrayList<>(rows.subList(0, count));
    java.util.Collections.shuffle(dealt, dice);
    return dealt;
  }

  /** Rows whose cluster has no earlier one, by comparing all. */
  private static List<String> bruteForce(List<String> lines) throws IOException {
    List<NearText> texts = new ArrayList<>();
    for (String line : lines) {
      JsonNode row = JSON.readTree(line);
      texts.add(NearText.of(row.get("q").asText() + " " + row.get("a").asText()));
    }
    int[] first = new int[lines.size()];
    Arrays.setAll(first, i -> i);
    for (boolean changed = true; changed; ) {
      changed = false;
      for (int i = 0; i < first.length; i++) {
        for (int j = 0; j < i; j++) {
          if (first[i] != first[j] && texts.get(i).jaccard(texts.get(j)) >= Dedup.NEARLY) {
            first[i] = Math.min(first[i], first[j]);
            first[j] = first[i];
            changed = true;
          }
        }
      }
    }
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < first.length; i++) {
      if (first[i] == i) {
        kept.add(lines.get(i));
      }
    }
    return kept;
  }
}
