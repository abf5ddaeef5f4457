package org.sparklora.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.sparklora.Failure;
import org.sparklora.text.encoder.TextCodec;

/** {@code tokenizer.json} through DJL's binding of the Rust library. */
final class LibraryTokenizerJson implements TextCodec {
  // Without these the library cuts at 512 tokens and pads, with only a warning.
  private static final Map<String, String> OPTIONS =
      Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");

  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

  /** The library's own limit is 128, and parts of it read what others have read. */
  private static final int DEEPEST = 100;

  static {
    // It ships with its native library and never looks for one on the network.
    System.setProperty("ai.djl.offline", "true");
  }

  private final HuggingFaceTokenizer tokenizer;

  private LibraryTokenizerJson(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  static LibraryTokenizerJson open(HashedFile file, JsonNode outline) {
    if (outline.path(TokenizerCompletion.SPLIT_SPECIAL).asBoolean()) {
      throw Failure.input(
          "Cannot read the tokenizer, split_special_tokens is not supported for its kind: %s (expected one that our own encoders know). Set split_special_tokens to false in tokenizer_config.json."
              .formatted(file.path()));
    }
    try {
      requireShallow(file.bytes());
      return new LibraryTokenizerJson(
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(file.bytes()), OPTIONS));
    } catch (IOException | RuntimeException e) {
      throw TokenizerFolder.damaged(file.path(), e);
    }
  }

  /** Reading deeper ones, the library ends the process: it panics where no panic may pass. */
  private static void requireShallow(byte[] json) throws IOException {
    int depth = 0;
    try (JsonParser parser = JSON.createParser(json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth > DEEPEST) {
          throw new IOException("nested deeper than %d levels".formatted(DEEPEST));
        }
      }
    }
  }

  @Override
  public int[] encode(String text) {
    return Arrays.stream(tokenizer.encode(text, false, false).getIds())
        .mapToInt(Math::toIntExact)
        .toArray();
  }

  @Override
  public String decode(int[] ids) {
    return ids.length == 0
        ? ""
        : tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
