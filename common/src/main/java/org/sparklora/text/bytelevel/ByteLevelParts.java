package org.sparklora.text.bytelevel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sparklora.text.encoder.UnsupportedTokenizer;

/** The parts of a {@code tokenizer.json} that define byte-level BPE. */
record ByteLevelParts(
    boolean nfc,
    boolean prefixSpace,
    WordScanner words,
    boolean ignoreMerges,
    Map<String, Integer> vocabulary,
    List<Merge> merges,
    List<AddedToken> addedTokens,
    boolean splitsSpecial) {

  private static final int MAX_ID = 1 << 24;

  record Merge(String left, String right) {}

  /** Extracts the parts; one that our encoders do not implement is refused by name. */
  static ByteLevelParts of(JsonNode file) throws UnsupportedTokenizer {
    JsonNode model = file.path("model");
    Map<String, Integer> vocabulary = vocabulary(model);
    JsonNode normalizer = normalizer(file.path("normalizer"));
    need(isEmpty(normalizer) || isType(normalizer, "NFC"), "normalizer", normalizer);
    need(isType(file.path("decoder"), "ByteLevel"), "decoder", file.path("decoder"));
    JsonNode preTokenizer = file.path("pre_tokenizer");
    WordScanner words =
        words(preTokenizer)
            .orElseThrow(() -> new UnsupportedTokenizer("pre_tokenizer " + preTokenizer));
    return new ByteLevelParts(
        isType(normalizer, "NFC"),
        preTokenizer.path("add_prefix_space").asBoolean(),
        words,
        model.path("ignore_merges").asBoolean(),
        vocabulary,
        merges(model.path("merges")),
        addedTokens(file.path("added_tokens"), vocabulary),
        file.path("split_special_tokens").asBoolean());
  }

  /** A sequence of one normalizer is that one, of none is none. */
  private static JsonNode normalizer(JsonNode node) {
    JsonNode parts = node.path("normalizers");
    return isType(node, "Sequence") && parts.isArray() && parts.size() < 2
        ? normalizer(parts.path(0))
        : node;
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
    for (int b = 0; b < 256; b++) {
      boolean dropped = isEmpty(model.path("unk_token"));
      need(
          dropped || vocabulary.containsKey(ByteAlphabet.of(b)),
          "unk_token for byte " + b,
          model.path("unk_token"));
    }
    return vocabulary;
  }

  private static Optional<WordScanner> words(JsonNode node) {
    if (isType(node, "ByteLevel")) {
      return node.path("use_regex").asBoolean(true)
          ? Optional.of(new Gpt2Words())
          : Optional.empty();
    }
    JsonNode parts = node.path("pretokenizers");
    JsonNode split = parts.path(0);
    JsonNode bytes = parts.path(1);
    boolean known =
        isType(node, "Sequence")
            && parts.size() == 2
            && isType(split, "Split")
            && split.path("behavior").asText().equals("Isolated")
            && !split.path("invert").asBoolean()
            && isType(bytes, "ByteLevel")
            && !bytes.path("add_prefix_space").asBoolean()
            && !bytes.path("use_regex").asBoolean(true);
    return known ? Llama3Words.of(split.path("pattern").path("Regex").asText()) : Optional.empty();
  }

  /** Merges are written as "a b" or as ["a", "b"]. */
  private static List<Merge> merges(JsonNode node) throws UnsupportedTokenizer {
    List<Merge> merges = new ArrayList<>(node.size());
    for (JsonNode merge : node) {
      String text = merge.asText();
      int blank = text.indexOf(' ');
      boolean pair = merge.isArray() && merge.size() == 2;
      need(pair || blank > 0, "merge", merge);
      merges.add(
          pair
              ? new Merge(merge.path(0).asText(), merge.path(1).asText())
              : new Merge(text.substring(0, blank), text.substring(blank + 1)));
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
              && content.indexOf('\0') < 0
              && token.path("id").asInt() == id
              && !token.path("single_word").asBoolean();
      need(known, "added token", token);
      last = Math.max(last, id);
      tokens.add(
          new AddedToken(
              content,
              id,
              token.path("special").asBoolean(),
              token.path("normalized").asBoolean(),
              token.path("lstrip").asBoolean(),
              token.path("rstrip").asBoolean()));
    }
    return tokens;
  }

  private static boolean isType(JsonNode node, String type) {
    return node.path("type").asText().equals(type);
  }

  private static boolean isEmpty(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private static void need(boolean condition, String part, JsonNode found)
      throws UnsupportedTokenizer {
    if (!condition) {
      throw new UnsupportedTokenizer(part + " " + found);
    }
  }
}
