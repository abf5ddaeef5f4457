package org.sparklora.text.encoder;

/**
 * What one tokenizer file alone says: text to ids and back, before a family's own rules.
 *
 * <p>For {@code tokenizer.json}: its normalizer, pre-tokenizer, added tokens (found inside the
 * text) and model, without its post-processor. For {@code tokenizer.model}: SentencePiece's own
 * encoding. Used by one thread at a time.
 */
public interface TextCodec extends AutoCloseable {
  /** Ids of {@code text}, with nothing added and nothing cut off. */
  int[] encode(String text);

  /**
   * Text of {@code ids}, all of them within the vocabulary; special and control tokens give none.
   */
  String decode(int[] ids);

  @Override
  default void close() {}
}
