package org.sparklora.text.bytelevel;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.encoder.UnsupportedTokenizer;

/**
 * A {@code tokenizer.json}: its post-processor and added tokens, and byte-level BPE encoders.
 *
 * <p>The vocabulary is retained only in the tables that all encoders share.
 */
public final class TokenizerJson {
  // The field names include a whole vocabulary. Jackson would intern each one in its symbol table,
  // which only pays off for names that recur.
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build());

  private final ObjectNode outline;
  private final Optional<ByteLevelModel> model;
  private final String unknownPart; // of a file without a model

  private TokenizerJson(ObjectNode file, Optional<ByteLevelModel> model, String unknownPart) {
    this.outline = file;
    if (file.path("model") instanceof ObjectNode tables) {
      tables.remove(List.of("vocab", "merges"));
    }
    this.model = model;
    this.unknownPart = unknownPart;
  }

  /**
   * Parses the file, even if only the published library can encode with it.
   *
   * @throws IOException if it is damaged
   */
  public static TokenizerJson read(byte[] file) throws IOException {
    ObjectNode json = tree(file);
    try {
      ByteLevelModel model = new ByteLevelModel(ByteLevelParts.of(json));
      return new TokenizerJson(json, Optional.of(model), "");
    } catch (UnsupportedTokenizer e) {
      return new TokenizerJson(json, Optional.empty(), e.getMessage());
    }
  }

  /** The file with {@code change} made to all of it. */
  public static byte[] changed(byte[] file, UnaryOperator<ObjectNode> change) throws IOException {
    return JSON.writeValueAsBytes(change.apply(tree(file)));
  }

  private static ObjectNode tree(byte[] file) throws IOException {
    if (JSON.readTree(file) instanceof ObjectNode tree) {
      return tree;
    }
    throw new IOException("not a JSON object");
  }

  /**
   * Creates an encoder for one thread; all encoders of this file share its tables.
   *
   * @throws UnsupportedTokenizer if the file uses a feature that our encoders do not implement
   */
  public TextCodec encoder() throws UnsupportedTokenizer {
    return new ByteLevelEncoder(model.orElseThrow(() -> new UnsupportedTokenizer(unknownPart)));
  }

  /** The id of the added token with this text, or −1. */
  public int addedToken(String content) {
    for (JsonNode token : outline.path("added_tokens")) {
      if (token.path("content").asText().equals(content)) {
        return token.path("id").asInt();
      }
    }
    return -1;
  }

  /**
   * The {@code post_processor}, which adds special tokens around a text; may be missing or null.
   */
  public JsonNode postProcessor() {
    return outline.path("post_processor");
  }

  /** The file without its vocabulary and merges. */
  public ObjectNode outline() {
    return outline.deepCopy();
  }
}
