package org.sparklora.text.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What every {@code tokenizer.json} with a BPE says: vocabulary, merges, added tokens.
 *
 * @param splitsSpecial whether special tokens in a text are split like any other text
 */
public record BpeFile(
    Map<String, Integer> vocabulary,
    List<Merge> merges,
    List<AddedToken> addedTokens,
    boolean ignoresMerges,
    boolean splitsSpecial) {

  private static final int MAX_ID = 1 << 24;
  private static final int MAX_TOKEN = 1000; // characters of an added one; a trie goes as deep

  /** A pair of tokens that becomes one. */
  public record Merge(String left, String right) {
    public String merged() {
      return left + right;
    }
  }

  /** Extracts the parts; one that our encoders do not implement is refused by name. */
  public static BpeFile of(JsonNode file) throws UnsupportedTokenizer {
    JsonNode model = file.path("model");
    Map<String, Integer> vocabulary = vocabulary(model);
    return new BpeFile(
        vocabulary,
        merges(model.path("merges"), vocabulary),
        addedTokens(file.path("added_tokens"), vocabulary),
        model.path("ignore_merges").asBoolean(),
        file.path("split_special_tokens").asBoolean());
  }

  /** One more than the largest id. */
  public int size() {
    int last = -1;
    for (int id : vocabulary.values()) {
      last = Math.max(last, id);
    }
    for (AddedToken token : addedTokens) {
      last = Math.max(last, token.id());
    }
    return last + 1;
  }

  /** The ids of special tokens, which decoding skips. */
  public boolean[] special() {
    boolean[] special = new boolean[size()];
    addedTokens.forEach(token -> special[token.id()] |= token.special());
    return special;
  }

  /** Puts the merges into a table of ids. */
  public MergeTable table() {
    MergeTable table = new MergeTable(merges.size());
    int rank = 0;
    for (Merge merge : merges) {
      table.put(
          vocabulary.get(merge.left()),
          vocabulary.get(merge.right()),
          rank++,
          vocabulary.get(merge.merged()));
    }
    return table;
  }

  private static Map<String, Integer> vocabulary(JsonNode model) throws UnsupportedTokenizer {
    need(isType(model, "BPE"), "model", model.path("type"));
    need(model.path("dropout").asDouble() == 0, "dropout", model.path("dropout"));
    for (String affix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      need(
          model.path(affix).asText("").isEmpty() || isEmpty(model.path(affix)),
          affix,
          model.path(affix));
    }
    Map<String, Integer> vocabulary = new HashMap<>(2 * model.path("vocab").size());
    model
        .path("vocab")
        .fields()
        .forEachRemaining(e -> vocabulary.put(e.getKey(), e.getValue().asInt()));
    for (int id : vocabulary.values()) {
      need(id >= 0 && id < MAX_ID, "token id", IntNode.valueOf(id));
    }
    return vocabulary;
  }

  /** Merges are written as "a b" or as ["a", "b"]. */
  private static List<Merge> merges(JsonNode node, Map<String, Integer> vocabulary)
      throws UnsupportedTokenizer {
    List<Merge> merges = new ArrayList<>(node.size());
    for (JsonNode merge : node) {
      String text = merge.asText();
      int blank = text.indexOf(' ');
      boolean pair = merge.isArray() && merge.size() == 2;
      need(pair || blank > 0, "merge", merge);
      Merge read =
          pair
              ? new Merge(merge.path(0).asText(), merge.path(1).asText())
              : new Merge(text.substring(0, blank), text.substring(blank + 1));
      if (!vocabulary.containsKey(read.left())
          || !vocabulary.containsKey(read.right())
          || !vocabulary.containsKey(read.merged())) {
        throw new UnsupportedTokenizer("merge of tokens that are not in the vocabulary " + read);
      }
      merges.add(read);
    }
    return merges;
  }

  private static List<AddedToken> addedTokens(JsonNode node, Map<String, Integer> vocabulary)
      throws UnsupportedTokenizer {
    List<AddedToken> tokens = new ArrayList<>();
    Set<String> contents = new HashSet<>();
    int last = -1;
    for (JsonNode token : node) {
      String content = token.path("content").asText();
      // The library assigns ids itself and only warns if the file disagrees.
      int id = vocabulary.getOrDefault(content, Math.max(vocabulary.size(), last + 1));
      boolean known =
          contents.add(content)
              && !content.isEmpty()
              && content.length() <= MAX_TOKEN
              && content.indexOf('\0') < 0
              && token.path("id").asInt() == id;
      need(known, "added token", token);
      last = Math.max(last, id);
      tokens.add(
          new AddedToken(
              content,
              id,
              token.path("special").asBoolean(),
              token.path("normalized").asBoolean(),
              token.path("lstrip").asBoolean(),
              token.path("rstrip").asBoolean(),
              token.path("single_word").asBoolean()));
    }
    return tokens;
  }

  /** Whether {@code node} is a component of this type. */
  public static boolean isType(JsonNode node, String type) {
    return node.path("type").asText().equals(type);
  }

  public static boolean isEmpty(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  /** Refuses {@code part} by name with what the file says of it. */
  public static void need(boolean condition, String part, JsonNode found)
      throws UnsupportedTokenizer {
    if (!condition) {
      throw new UnsupportedTokenizer(part + " " + found);
    }
  }
}
