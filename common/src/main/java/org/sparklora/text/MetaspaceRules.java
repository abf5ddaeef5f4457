package org.sparklora.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.sparklora.ModelFamily;

/**
 * LLaMA's rules for a vocabulary of SentencePiece: transformers 5 takes vocabulary, merges and
 * frame from {@code tokenizer.json} and everything else from {@code legacy} and {@code
 * add_prefix_space}.
 */
final class MetaspaceRules {
  private static final String BLANK = "\u2581";
  private static final Set<String> CLASSES = Set.of("", "LlamaTokenizer");

  private MetaspaceRules() {}

  static boolean apply(ObjectNode tokenizer, ModelFamily family, TokenizerSettings settings) {
    return family == ModelFamily.LLAMA
        && CLASSES.contains(settings.tokenizerClass())
        && type(tokenizer.path("model")).equals("BPE")
        && !tokenizer.path("pre_tokenizer").toString().contains("\"ByteLevel\"")
        && !tokenizer.path("decoder").toString().contains("\"ByteLevel\"");
  }

  static void put(ObjectNode tokenizer, TokenizerSettings settings) {
    boolean prefix = settings.flag("add_prefix_space", true);
    ObjectNode model = (ObjectNode) tokenizer.get("model");
    model.putNull("unk_token").putNull("dropout");
    model.put("fuse_unk", true).put("byte_fallback", true).put("ignore_merges", false);
    tokenizer.putNull("normalizer");
    ObjectNode preTokenizer = tokenizer.putObject("pre_tokenizer");
    preTokenizer.put("type", "Metaspace").put("replacement", BLANK);
    preTokenizer.put("prepend_scheme", scheme(prefix, settings.flag("legacy", false)));
    preTokenizer.put("split", false);
    ArrayNode decoders =
        tokenizer.putObject("decoder").put("type", "Sequence").putArray("decoders");
    ObjectNode blanks = decoders.addObject().put("type", "Replace");
    blanks.putObject("pattern").put("String", BLANK);
    blanks.put("content", " ");
    decoders.addObject().put("type", "ByteFallback");
    decoders.addObject().put("type", "Fuse");
    if (prefix) {
      decoders.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }
  }

  private static String scheme(boolean prefix, boolean legacy) {
    return prefix ? legacy ? "always" : "first" : "never";
  }

  private static String type(JsonNode node) {
    return node.path("type").asText();
  }
}
