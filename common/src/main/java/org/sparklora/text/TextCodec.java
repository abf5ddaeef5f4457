package org.sparklora.text;

/**
 * What one tokenizer file alone says: text to ids and back, before a family's own rules.
 *
 * <p>For {@code tokenizer.json}: its normalizer, pre-tokenizer, added tokens (found inside the
 * text) and model, without its post-processor. For {@code tokenizer.model}: SentencePiece's own
 * encoding. Used by one thread at a time.
 */
public interface TextCodec extends AutoCloseable {
  /** Ids of {@code text}, nothing added and nothing cut. */
  int[] encode(String text);

  /**
   * Text of {@code ids}; special and control tokens give nothing. Ids are within the vocabulary.
   */
  String decode(int[] ids);

  @Override
  default void close() {}
}
