package org.sparklora.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
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
      return new LibraryTokenizerJson(
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(file.bytes()), OPTIONS));
    } catch (IOException | RuntimeException e) {
      throw TokenizerFolder.damaged(file.path(), e);
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
