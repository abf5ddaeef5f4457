package org.sparklora.text.bytelevel;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.encoder.UnsupportedTokenizer;

/**
 * A {@code tokenizer.json}: the parts that concern whole prompts, and byte-level BPE encoders.
 *
 * <p>The file's vocabulary is kept only as the tables that all encoders share.
 */
public final class TokenizerJson {
  // Its field names are a vocabulary. Jackson would keep each in a table of names it has seen and
  // intern it, which pays only for names that come again.
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build());

  private final JsonNode addedTokens;
  private final JsonNode postProcessor;
  private final Optional<ByteLevelModel> model;
  private final String unknownPart; // of a file without a model

  private TokenizerJson(JsonNode file, Optional<ByteLevelModel> model, String unknownPart) {
    this.addedTokens = file.path("added_tokens");
    this.postProcessor = file.path("post_processor");
    this.model = model;
    this.unknownPart = unknownPart;
  }

  /**
   * Reads the file, also one that only the published library can encode with.
   *
   * @throws IOException when it is damaged
   */
  public static TokenizerJson read(byte[] file) throws IOException {
    JsonNode json = JSON.readTree(file);
    if (!json.isObject()) {
      throw new IOException("not a JSON object");
    }
    try {
      ByteLevelModel model = new ByteLevelModel(ByteLevelParts.of(json));
      return new TokenizerJson(json, Optional.of(model), "");
    } catch (UnsupportedTokenizer e) {
      return new TokenizerJson(json, Optional.empty(), e.getMessage());
    }
  }

  /**
   * A new encoder, for one thread; all encoders of this file share its tables.
   *
   * @throws UnsupportedTokenizer when the file has a part that our encoders do not know
   */
  public TextCodec encoder() throws UnsupportedTokenizer {
    return new ByteLevelEncoder(model.orElseThrow(() -> new UnsupportedTokenizer(unknownPart)));
  }

  /** The id of an added token, −1 when there is none of that text. */
  public int addedToken(String content) {
    for (JsonNode token : addedTokens) {
      if (token.path("content").asText().equals(content)) {
        return token.path("id").asInt();
      }
    }
    return -1;
  }

  /** {@code post_processor}, which says what stands around a text; may be missing or null. */
  public JsonNode postProcessor() {
    return postProcessor;
  }
}
