package org.sparklora.jobs.near;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.near.NearText;
import scala.Tuple2;

/** Against every pair by brute force. */
class TestNearClusters {
  private static final double THRESHOLD = 0.8;

  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());

  @Test
  void clustersAreThoseOfBruteForce() {
    List<NearText> texts = texts(400);
    assertEquals(bruteForce(texts), clusters(texts, 5));
  }

  @Test
  void neitherOrderNorPartitionsMatter() {
    List<NearText> texts = new ArrayList<>(texts(200));
    Map<Long, Long> clusters = clusters(texts, 1);
    Collections.shuffle(texts, new Random(3));
    assertEquals(clusters, clusters(texts, 9));
  }

  /** A chain each of whose texts is near its neighbours only, and thousands of one template. */
  @Test
  void whateverHangsTogetherIsOneClusterAndManyAlikeCostNoSquare() {
    List<NearText> chain = new ArrayList<>();
    List<String> words = new ArrayList<>(words(new Random(1), 60));
    for (int i = 0; i < 60; i++) {
      words.set(i, "changed" + i);
      chain.add(NearText.of(String.join(" ", words)));
    }
    assertTrue(chain.get(0).jaccard(chain.get(59)) < 0.2);
    String template = String.join(" ", words(new Random(2), 50));
    for (int i = 0; i < 3000; i++) {
      chain.add(NearText.of(template + " " + i));
    }
    Map<Long, Long> clusters = clusters(chain, 4);
    assertEquals(3060, clusters.size());
    assertEquals(2, clusters.values().stream().distinct().count());
  }

  @Test
  void textsThatAreAloneHaveNoCluster() {
    assertEquals(Map.of(), clusters(List.of(NearText.of("one"), NearText.of("two")), 2));
    assertEquals(
        Map.of(), clusters(List.of(NearText.of("Same  text"), NearText.of("same text")), 2));
    assertEquals(Map.of(), clusters(List.of(), 2));
  }

  private Map<Long, Long> clusters(List<NearText> texts, int parts) {
    Map<Long, Long> clusters = new HashMap<>();
    for (Tuple2<Long, Long> e :
        new NearClusters(THRESHOLD).of(spark.parallelize(texts, parts)).collect()) {
      clusters.put(e._1(), e._2());
    }
    return clusters;
  }

  private static Map<Long, Long> bruteForce(List<NearText> texts) {
    Map<Long, Long> cluster = new HashMap<>();
    boolean changed = true;
    while (changed) {
      changed = false;
      for (NearText one : texts) {
        for (NearText other : texts) {
          if (one.id() != other.id() && one.jaccard(other) >= THRESHOLD) {
            long least =
                Math.min(
                    cluster.getOrDefault(one.id(), one.id()),
                    cluster.getOrDefault(other.id(), other.id()));
            changed |= !Long.valueOf(least).equals(cluster.put(one.id(), least));
            changed |= !Long.valueOf(least).equals(cluster.put(other.id(), least));
          }
        }
      }
    }
    return cluster;
  }

  /** Groups of texts, each with up to eight words of 40 changed, and Han ones. */
  private static List<NearText> texts(int count) {
    Random dice = new Random(11);
    List<NearText> texts = new ArrayList<>();
    while (texts.size() < count) {
      List<String> words = words(dice, 40);
      String joint = dice.nextInt(3) == 0 ? "" : " ";
      for (int copy = dice.nextInt(4); copy >= 0; copy--) {
        List<String> changed = new ArrayList<>(words);
        for (int w = dice.nextInt(5); w > 0; w--) {
          int at = dice.nextInt(3) == 0 ? dice.nextInt(40) : 39 - dice.nextInt(4);
          changed.set(at, joint.isEmpty() ? han(dice) : "new" + dice.nextInt(1000));
        }
        texts.add(NearText.of(joint.isEmpty() ? hanText(changed) : String.join(joint, changed)));
      }
    }
    return texts;
  }

  private static List<String> words(Random dice, int count) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      words.add("word" + dice.nextInt(100_000));
    }
    return words;
  }

  /** A character for each word. */
  private static String hanText(List<String> words) {
    StringBuilder text = new StringBuilder();
    words.forEach(
        w ->
            text.appendCodePoint(
                w.length() <= 2 ? w.codePointAt(0) : 0x4e00 + Math.floorMod(w.hashCode(), 20_000)));
    return text.toString();
  }

  private static String han(Random dice) {
    return Character.toString(0x4e00 + dice.nextInt(20_000));
  }
}
