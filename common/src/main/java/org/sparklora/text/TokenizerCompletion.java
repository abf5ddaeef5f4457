package org.sparklora.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.sparklora.ModelFamily;

/**
 * What the settings beside a {@code tokenizer.json} change of it, by the rules of transformers 5:
 * the result is a {@code tokenizer.json} that says everything itself.
 */
record TokenizerCompletion(TokenizerSettings settings, ModelFamily family) {
  /** A key of our own: special tokens in a text are split like any other text. */
  static final String SPLIT_SPECIAL = "split_special_tokens";

  /** These have one tokenizer class, with rules of its own. */
  static final Set<ModelFamily> QWEN = Set.of(ModelFamily.QWEN2, ModelFamily.QWEN3);

  /**
   * A completed copy; {@code tokenizer} may lack its vocabulary, ids of new tokens are off then.
   */
  ObjectNode of(ObjectNode tokenizer) {
    ObjectNode completed = tokenizer.deepCopy();
    new ListedTokens(completed, !QWEN.contains(family)).add(settings);
    if (settings.flag(SPLIT_SPECIAL, false)) {
      completed.put(SPLIT_SPECIAL, true);
    }
    if (QWEN.contains(family)) {
      putPrefixSpace(completed.path("pre_tokenizer"), settings.flag("add_prefix_space", false));
    }
    if (MetaspaceRules.apply(completed, family, settings)) {
      MetaspaceRules.put(completed, settings);
    }
    return completed;
  }

  private static void putPrefixSpace(JsonNode preTokenizer, boolean prefix) {
    if (preTokenizer.path("type").asText().equals("ByteLevel")) {
      ((ObjectNode) preTokenizer).put("add_prefix_space", prefix);
    }
    preTokenizer.path("pretokenizers").forEach(part -> putPrefixSpace(part, prefix));
  }
}
