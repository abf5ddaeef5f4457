package org.sparklora.text.encoder;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/** The published libraries, through DJL's bindings: what the encoders have to equal. */
public final class Libraries {
  private Libraries() {}

  /** The Rust library; nothing is added or cut. */
  public static HuggingFaceTokenizer tokenizer(byte[] tokenizerJson) throws IOException {
    return HuggingFaceTokenizer.newInstance(
        new ByteArrayInputStream(tokenizerJson),
        Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false"));
  }

  public static int[] ids(HuggingFaceTokenizer tokenizer, String text) {
    return Arrays.stream(tokenizer.encode(text, false, false).getIds())
        .mapToInt(Math::toIntExact)
        .toArray();
  }

  public static long[] longs(int[] ids) {
    return Arrays.stream(ids).asLongStream().toArray();
  }
}
