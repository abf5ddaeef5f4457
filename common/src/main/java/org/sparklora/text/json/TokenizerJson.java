package org.sparklora.text.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.sparklora.text.bytelevel.ByteLevelModel;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.encoder.UnsupportedTokenizer;
import org.sparklora.text.metaspace.MetaspaceModel;

/**
 * A {@code tokenizer.json}: its post-processor and added tokens, and encoders of its kind.
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
  private final Optional<Supplier<TextCodec>> encoders;
  private final String unknownPart; // of a file without encoders

  private TokenizerJson(
      ObjectNode file, Optional<Supplier<TextCodec>> encoders, String unknownPart) {
    this.outline = file;
    if (file.path("model") instanceof ObjectNode tables) {
      tables.remove(List.of("vocab", "merges"));
    }
    this.encoders = encoders;
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
      return new TokenizerJson(json, Optional.of(encoders(json)), "");
    } catch (UnsupportedTokenizer e) {
      return new TokenizerJson(json, Optional.empty(), e.getMessage());
    }
  }

  private static Supplier<TextCodec> encoders(JsonNode json) throws UnsupportedTokenizer {
    return isByteLevel(json) ? ByteLevelModel.of(json)::encoder : MetaspaceModel.of(json)::encoder;
  }

  /** Whether its tokens stand for bytes; otherwise they stand for characters. */
  public static boolean isByteLevel(JsonNode tokenizer) {
    return tokenizer.path("pre_tokenizer").toString().contains("\"ByteLevel\"")
        || tokenizer.path("decoder").toString().contains("\"ByteLevel\"");
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
    return encoders.orElseThrow(() -> new UnsupportedTokenizer(unknownPart)).get();
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
