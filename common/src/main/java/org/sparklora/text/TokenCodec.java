package org.sparklora.text;

/**
 * Turns text into the token ids of one base model and back.
 *
 * <p>A codec is used by one thread at a time. It may hold native memory; the opener closes it.
 */
public interface TokenCodec extends AutoCloseable {
  /** Ids of a prompt, with the special tokens that the family puts around or behind it. */
  int[] encodePrompt(String text);

  /** Ids of a target: the text alone. */
  int[] encodeTarget(String text);

  /**
   * Ids of a prompt of at most {@code maxTokens}: special tokens count and are kept, the text part
   * is cut at its end.
   */
  int[] encodePrompt(String text, int maxTokens);

  /** Text of {@code ids} without special tokens, cleaned up as the family does. */
  String decode(int[] ids);

  /** The id that ends an answer ({@code eos_token_id} of {@code config.json}). */
  int endOfSequence();

  /** {@code sha256:<hex>} over the tokenizer files, the same on every machine. */
  String fingerprint();

  @Override
  void close();
}
