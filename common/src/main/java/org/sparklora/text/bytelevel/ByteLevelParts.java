package org.sparklora.text.bytelevel;

import static org.sparklora.text.encoder.BpeFile.isEmpty;
import static org.sparklora.text.encoder.BpeFile.isType;
import static org.sparklora.text.encoder.BpeFile.need;

import com.fasterxml.jackson.databind.JsonNode;
import org.sparklora.text.encoder.BpeFile;
import org.sparklora.text.encoder.UnsupportedTokenizer;

/** The parts of a {@code tokenizer.json} that define byte-level BPE. */
record ByteLevelParts(boolean nfc, WordStages words, BpeFile file) {

  /** Extracts the parts; one that our encoders do not implement is refused by name. */
  static ByteLevelParts of(JsonNode json) throws UnsupportedTokenizer {
    JsonNode normalizer = normalizer(json.path("normalizer"));
    need(isEmpty(normalizer) || isType(normalizer, "NFC"), "normalizer", normalizer);
    need(isType(json.path("decoder"), "ByteLevel"), "decoder", json.path("decoder"));
    WordStages words = WordStages.of(json.path("pre_tokenizer"));
    checkUnknown(json.path("model"));
    BpeFile file = BpeFile.of(json);
    return new ByteLevelParts(isType(normalizer, "NFC"), words, file);
  }

  private static void checkUnknown(JsonNode model) throws UnsupportedTokenizer {
    JsonNode unknown = model.path("unk_token");
    for (int b = 0; b < 256 && !isEmpty(unknown); b++) {
      need(model.path("vocab").has(ByteAlphabet.of(b)), "unk_token for byte " + b, unknown);
    }
  }

  /** A sequence of one normalizer is that one, of none is none. */
  private static JsonNode normalizer(JsonNode node) {
    JsonNode parts = node.path("normalizers");
    return isType(node, "Sequence") && parts.isArray() && parts.size() < 2
        ? normalizer(parts.path(0))
        : node;
  }
}
