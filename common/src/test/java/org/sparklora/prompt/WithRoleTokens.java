package org.sparklora.prompt;

import java.util.List;
import java.util.OptionalInt;
import org.sparklora.text.TokenCodec;

/** ChatGLM2's codec with the tokens that ChatGLM3 has behind its pieces. */
record WithRoleTokens(TokenCodec codec) implements TokenCodec {
  private static final List<String> BEHIND_THE_PIECES =
      List.of(
          "[MASK]",
          "[gMASK]",
          "[sMASK]",
          "sop",
          "eop",
          "<|system|>",
          "<|user|>",
          "<|assistant|>",
          "<|observation|>");

  @Override
  public OptionalInt specialToken(String token) {
    int place = BEHIND_THE_PIECES.indexOf(token);
    int pieces = codec.encodePrompt("")[0] - 1;
    return place < 0 ? OptionalInt.empty() : OptionalInt.of(pieces + place);
  }

  @Override
  public int[] encodePrompt(String text) {
    return codec.encodePrompt(text);
  }

  @Override
  public int[] encodeTarget(String text) {
    return codec.encodeTarget(text);
  }

  @Override
  public int[] encodePrompt(String text, int maxTokens) {
    return codec.encodePrompt(text, maxTokens);
  }

  @Override
  public String decode(int[] ids) {
    return codec.decode(ids);
  }

  @Override
  public int endOfSequence() {
    return codec.endOfSequence();
  }

  @Override
  public String fingerprint() {
    return codec.fingerprint();
  }

  @Override
  public void close() {
    codec.close();
  }
}
