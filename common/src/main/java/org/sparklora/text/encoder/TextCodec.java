package org.sparklora.text.encoder;

/**
 * Converts text to ids and back as a tokenizer file alone prescribes, before any family's own
 * rules.
 *
 * <p>For {@code tokenizer.json}: its normalizer, pre-tokenizer, added tokens (recognized within the
 * text) and model, but not its post-processor. For {@code tokenizer.model}: SentencePiece's own
 * encoding. Used by one thread at a time.
 */
public interface TextCodec extends AutoCloseable {
  /** Ids of {@code text}; nothing is added or truncated. */
  int[] encode(String text);

  /**
   * Text of {@code ids}, which must be within the vocabulary; special and control tokens are
   * skipped.
   */
  String decode(int[] ids);

  /**
   * Text of {@code ids} to which more may come: the beginning of what {@link #decode} then makes of
   * all, but for a last character that is not whole.
   */
  default String decodeSoFar(int[] ids) {
    return decode(ids);
  }

  /** What the tokens stand for within a text. */
  default Spellings spellings() {
    return Spellings.UNKNOWN;
  }

  @Override
  default void close() {}
}
