package org.sparklora.text;

import java.util.OptionalInt;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.sparklora.text.encoder.Spellings;
import org.sparklora.text.encoder.TextCodec;

/** Combines a text codec with the frame that the family puts around prompts. */
final class FramedCodec implements TokenCodec {
  private final TextCodec pieces;
  private final TextCodec rendered;
  private final PromptFrame frame;
  private final int endOfSequence;
  private final String fingerprint;
  private final ToIntFunction<String> special;

  FramedCodec(TextCodec pieces, PromptFrame frame, int endOfSequence, String fingerprint) {
    this(pieces, pieces, frame, endOfSequence, fingerprint, token -> -1);
  }

  private FramedCodec(
      TextCodec pieces,
      TextCodec rendered,
      PromptFrame frame,
      int endOfSequence,
      String fingerprint,
      ToIntFunction<String> special) {
    this.pieces = pieces;
    this.rendered = rendered;
    this.frame = frame;
    this.endOfSequence = endOfSequence;
    this.fingerprint = fingerprint;
    this.special = special;
  }

  /** This codec, which knows the ids of special tokens; −1 for any other text. */
  FramedCodec withSpecial(ToIntFunction<String> ids) {
    return new FramedCodec(pieces, rendered, frame, endOfSequence, fingerprint, ids);
  }

  /** This codec, which reads rendered chats with another one over the same pieces. */
  FramedCodec withRendered(TextCodec codec) {
    return new FramedCodec(pieces, codec, frame, endOfSequence, fingerprint, special);
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
  public int[] encodeRendered(String text) {
    return rendered.encode(text);
  }

  @Override
  public OptionalInt specialToken(String token) {
    return IntStream.of(special.applyAsInt(token)).filter(id -> id >= 0).findFirst();
  }

  @Override
  public String decode(int[] ids) {
    return pieces.decode(ids);
  }

  @Override
  public String decodeSoFar(int[] ids) {
    return pieces.decodeSoFar(ids);
  }

  @Override
  public Spellings spellings() {
    return rendered.spellings();
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
