package org.sparklora.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.sparklora.text.encoder.TextCodec;

/** {@code tokenizer.json} through DJL's binding of the Rust library. */
final class LibraryTokenizerJson implements TextCodec {
  private final HuggingFaceTokenizer tokenizer;

  private LibraryTokenizerJson(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  static LibraryTokenizerJson open(Path file) {
    try {
      // Without these the library cuts at 512 tokens and pads, with only a warning.
      return new LibraryTokenizerJson(
          HuggingFaceTokenizer.builder()
              .optTokenizerPath(file)
              .optTruncation(false)
              .optPadding(false)
              .optAddSpecialTokens(false)
              .build());
    } catch (IOException | RuntimeException e) {
      throw TokenizerFolder.damaged(file, e);
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
