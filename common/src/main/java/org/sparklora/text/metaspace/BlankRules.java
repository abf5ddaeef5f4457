package org.sparklora.text.metaspace;

import static org.sparklora.text.encoder.BpeFile.isEmpty;
import static org.sparklora.text.encoder.BpeFile.isType;
import static org.sparklora.text.encoder.BpeFile.need;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Set;
import org.sparklora.text.encoder.UnsupportedTokenizer;

/**
 * How blanks become {@code ▁}, and where one is put before a text: by the normalizer, before added
 * tokens that are matched in normalized text are looked for, or by the pre-tokenizer, after that.
 *
 * @param normalizerReplaces whether blanks are replaced by the normalizer
 * @param normalizerPrepends whether the normalizer puts a blank before each text between tokens
 * @param replaces whether blanks are replaced by the pre-tokenizer
 * @param prefix where the pre-tokenizer puts a blank that is not there already
 * @param splits whether each blank starts a word, which no token leaves
 */
record BlankRules(
    boolean normalizerReplaces,
    boolean normalizerPrepends,
    boolean replaces,
    Prefix prefix,
    boolean splits) {

  static final char BLANK = '\u2581';

  private static final BlankRules NONE = new BlankRules(false, false, false, Prefix.NEVER, false);
  private static final Set<String> SCHEMES = Set.of("first", "always", "never");

  enum Prefix {
    FIRST,
    ALWAYS,
    NEVER
  }

  /** Reads normalizer and pre-tokenizer; what is not known is refused by name. */
  static BlankRules of(JsonNode file) throws UnsupportedTokenizer {
    JsonNode normalizer = file.path("normalizer");
    BlankRules rules = NONE;
    for (JsonNode part : parts(normalizer, "normalizers")) {
      rules = rules.normalizedBy(part, normalizer);
    }
    return rules.preTokenizedBy(file.path("pre_tokenizer"));
  }

  /** What an added token looks like in normalized text. */
  String normalized(String content) {
    return (normalizerPrepends ? String.valueOf(BLANK) : "")
        + (normalizerReplaces ? content.replace(' ', BLANK) : content);
  }

  boolean normalizes() {
    return normalizerReplaces || normalizerPrepends;
  }

  private static Iterable<JsonNode> parts(JsonNode node, String list) {
    return isType(node, "Sequence") ? node.path(list) : isEmpty(node) ? Set.of() : Set.of(node);
  }

  private BlankRules normalizedBy(JsonNode part, JsonNode whole) throws UnsupportedTokenizer {
    boolean prepends =
        isType(part, "Prepend") && isBlank(part.path("prepend")) && !normalizerPrepends;
    boolean replacing =
        isType(part, "Replace")
            && part.path("pattern").path("String").asText().equals(" ")
            && isBlank(part.path("content"));
    need(prepends || replacing, "normalizer", whole);
    return new BlankRules(
        normalizerReplaces || replacing,
        normalizerPrepends || prepends,
        false,
        Prefix.NEVER,
        false);
  }

  private BlankRules preTokenizedBy(JsonNode node) throws UnsupportedTokenizer {
    if (isEmpty(node) || splitsAtNothing(node)) {
      return this;
    }
    String scheme = node.path("prepend_scheme").asText("always");
    boolean known =
        isType(node, "Metaspace")
            && isBlank(node.path("replacement"))
            && SCHEMES.contains(scheme)
            && (node.path("add_prefix_space").asBoolean(true) || scheme.equals("never"))
            && !(normalizerPrepends && scheme.equals("first"));
    need(known, "pre_tokenizer", node);
    return new BlankRules(
        normalizerReplaces,
        normalizerPrepends,
        true,
        Prefix.valueOf(scheme.toUpperCase(Locale.ROOT)),
        node.path("split").asBoolean(true));
  }

  /** Gemma's, which splits at blanks after all of them were replaced. */
  private boolean splitsAtNothing(JsonNode node) {
    return isType(node, "Split")
        && normalizerReplaces
        && node.path("pattern").path("String").asText().equals(" ")
        && !node.path("invert").asBoolean();
  }

  private static boolean isBlank(JsonNode node) {
    return node.asText().equals(String.valueOf(BLANK));
  }
}
