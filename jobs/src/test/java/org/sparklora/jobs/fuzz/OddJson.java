package org.sparklora.jobs.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A JSON file as it may be: other values, other types, keys more and less, damaged text. */
final class OddJson {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** As text, since no tree holds all of them. */
  private static final List<String> RAW =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "1",
          "-1",
          "2",
          "3",
          "7",
          "64",
          "1.0",
          "0.5",
          "-0.0",
          "1e-9",
          "1e308",
          "1e999",
          "NaN",
          "2147483647",
          "2147483648",
          "-2147483648",
          "9223372036854775807",
          "99999999999999999999999999",
          "100000",
          "1000000",
          "\"\"",
          "\"x\"",
          "\"2\"",
          "\"null\"",
          "\"../x\"",
          "\"/etc/passwd\"",
          "\"a/b\"",
          "\"s3a://b/k\"",
          "\"hdfs://h:1/x\"",
          "\"\\u0000\"",
          "\"\\ud83d\"",
          "\"a\\nb\"",
          "\"\u6570\u5b66\"",
          "\"(a|b)*c\"",
          "\"[\"",
          "\"all-linear\"",
          "[]",
          "{}",
          "[[]]",
          "[null]",
          "[1,2,3]",
          "[\"q_proj\"]",
          "{\"a\":1}");

  private final Chance chance;
  private final List<String> moreKeys;

  /**
   * @param moreKeys what a file of this kind may say, too
   */
  OddJson(Chance chance, List<String> moreKeys) {
    this.chance = chance;
    this.moreKeys = moreKeys;
  }

  byte[] of(byte[] text) {
    try {
      JsonNode tree = JSON.readTree(text);
      int times = 1 + chance.below(3);
      for (int i = 0; i < times; i++) {
        change(tree);
      }
      byte[] changed = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree);
      return chance.oneIn(12) ? chance.damaged(changed) : changed;
    } catch (java.io.IOException e) {
      return chance.damaged(text);
    }
  }

  private void change(JsonNode tree) {
    List<JsonNode> places = new ArrayList<>();
    places.add(tree); // the root often: its keys matter most
    places.add(tree);
    collect(tree, places);
    JsonNode place = chance.of(places);
    if (place instanceof ObjectNode object) {
      change(object);
    } else if (place instanceof ArrayNode array) {
      change(array);
    }
  }

  private void change(ObjectNode object) {
    List<String> keys = new ArrayList<>();
    object.fieldNames().forEachRemaining(keys::add);
    if (keys.isEmpty() || (!moreKeys.isEmpty() && chance.oneIn(3))) {
      object.putRawValue(moreKeys.isEmpty() ? "k" : chance.of(moreKeys), odd());
      return;
    }
    String key = chance.of(keys);
    switch (chance.below(6)) {
      case 0 -> object.remove(key);
      case 1 -> object.set(key, object.get(chance.of(keys)));
      case 2 -> object.set(key + "_", object.remove(key));
      case 3 -> object.set(key, NODES.arrayNode().add(object.get(key)));
      default -> object.putRawValue(key, odd());
    }
  }

  private void change(ArrayNode array) {
    if (array.isEmpty() || chance.oneIn(3)) {
      array.addRawValue(odd());
      return;
    }
    int at = chance.below(array.size());
    switch (chance.below(3)) {
      case 0 -> array.remove(at);
      case 1 -> array.add(array.get(at));
      default -> array.setRawValue(at, odd());
    }
  }

  private RawValue odd() {
    if (chance.oneIn(40)) {
      int depth = chance.of(900, 5000);
      return new RawValue("[".repeat(depth) + "]".repeat(depth));
    }
    return chance.oneIn(40)
        ? new RawValue("\"" + "long ".repeat(20_000) + "\"")
        : new RawValue(chance.of(RAW));
  }

  private static void collect(JsonNode node, List<JsonNode> places) {
    for (JsonNode child : node) {
      if (child.isContainerNode() && places.size() < 10_000) {
        places.add(child);
        collect(child, places);
      }
    }
  }

  /** An object on one line. */
  static String line(JsonNode object) {
    try {
      return new String(JSON.writeValueAsBytes(object), StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
