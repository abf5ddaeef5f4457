package org.sparklora.text;

import org.sparklora.text.encoder.TextCodec;

/** Combines a text codec with the frame that the family puts around prompts. */
final class FramedCodec implements TokenCodec {
  private final TextCodec pieces;
  private final PromptFrame frame;
  private final int endOfSequence;
  private final String fingerprint;

  FramedCodec(TextCodec pieces, PromptFrame frame, int endOfSequence, String fingerprint) {
    this.pieces = pieces;
    this.frame = frame;
    this.endOfSequence = endOfSequence;
    this.fingerprint = fingerprint;
  }

  @Override
  public int[] encodePrompt(String text) {
    int[] ids = pieces.encode(text);
    return frame.around(ids, ids.length);
  }

  @Override
  public int[] encodePrompt(String text, int maxTokens) {
    if (maxTokens < frame.size()) {
      throw new IllegalArgumentException(
          "a prompt of %d tokens has no room for its %d special tokens"
              .formatted(maxTokens, frame.size()));
    }
    int[] ids = pieces.encode(text);
    return frame.around(ids, Math.min(ids.length, maxTokens - frame.size()));
  }

  @Override
  public int[] encodeTarget(String text) {
    return pieces.encode(text);
  }

  @Override
  public String decode(int[] ids) {
    return pieces.decode(ids);
  }

  @Override
  public int endOfSequence() {
    return endOfSequence;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public void close() {
    pieces.close();
  }
}
