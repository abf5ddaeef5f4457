package org.sparklora.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** The {@code added_tokens} of a {@code tokenizer.json}, and those that only the settings name. */
final class ListedTokens {
  private static final List<String> ROLES =
      List.of("bos", "eos", "unk", "sep", "pad", "cls", "mask");
  private static final List<String> LISTS =
      List.of("extra_special_tokens", "additional_special_tokens");
  private static final List<String> FLAGS = List.of("single_word", "lstrip", "rstrip");

  private final JsonNode vocabulary;
  private final ArrayNode tokens;
  private final boolean settingsDecide;

  /**
   * @param settingsDecide whether a token that both name is as the settings describe it
   */
  ListedTokens(ObjectNode tokenizer, boolean settingsDecide) {
    this.vocabulary = tokenizer.path("model").path("vocab");
    this.tokens =
        tokenizer.path("added_tokens") instanceof ArrayNode listed
            ? listed
            : tokenizer.putArray("added_tokens");
    this.settingsDecide = settingsDecide;
  }

  /** Adds in the order of transformers, since the library numbers tokens as they come. */
  void add(TokenizerSettings settings) {
    settings.json().path("added_tokens_decoder").properties().stream()
        .filter(token -> token.getKey().matches("\\d{1,9}"))
        .sorted(Comparator.comparing(token -> Integer.valueOf(token.getKey())))
        .map(Map.Entry::getValue)
        .forEach(token -> put(token, isSpecial(token, settings)));
    ROLES.forEach(role -> name(settings.json().path(role + "_token")));
    settings.json().properties().stream()
        .filter(entry -> entry.getKey().endsWith("_token") && entry.getValue().isTextual())
        .forEach(entry -> name(entry.getValue()));
    LISTS.forEach(list -> settings.json().path(list).forEach(this::name));
  }

  private static boolean isSpecial(JsonNode token, TokenizerSettings settings) {
    String content = token.path("content").asText();
    return token.path("special").asBoolean()
        || ROLES.stream().anyMatch(role -> settings.specialToken(role, "").equals(content));
  }

  private void name(JsonNode token) {
    JsonNode named = token.isTextual() ? tokens.objectNode().set("content", token) : token;
    if (listed(named.path("content").asText()).isEmpty()) {
      put(named, true);
    }
  }

  private void put(JsonNode token, boolean special) {
    String content = token.path("content").asText();
    if (content.isEmpty()) {
      return;
    }
    Optional<ObjectNode> known = listed(content);
    if (known.isEmpty()) {
      ObjectNode added = tokens.objectNode().put("id", nextId(content)).put("content", content);
      describe(added, token, special);
      tokens.add(added);
    } else if (settingsDecide) {
      describe(known.get(), token, special);
    }
  }

  private static void describe(ObjectNode target, JsonNode token, boolean special) {
    FLAGS.forEach(flag -> target.put(flag, token.path(flag).asBoolean()));
    target.put("normalized", token.path("normalized").asBoolean(!special));
    target.put("special", special);
  }

  private Optional<ObjectNode> listed(String content) {
    return StreamSupport.stream(tokens.spliterator(), false)
        .filter(ObjectNode.class::isInstance)
        .map(ObjectNode.class::cast)
        .filter(token -> token.path("content").asText().equals(content))
        .findFirst();
  }

  private int nextId(String content) {
    int last = -1;
    for (JsonNode token : tokens) {
      last = Math.max(last, token.path("id").asInt());
    }
    return vocabulary.path(content).asInt(Math.max(vocabulary.size(), last + 1));
  }
}
