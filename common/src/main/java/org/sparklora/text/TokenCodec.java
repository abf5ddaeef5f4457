package org.sparklora.text;

import java.util.OptionalInt;
import org.sparklora.text.encoder.Spellings;

/**
 * Turns text into the token ids of one base model and back.
 *
 * <p>A codec is used by one thread at a time. It may hold native memory; the opener closes it.
 */
public interface TokenCodec extends AutoCloseable {
  /** Ids of a prompt, including the special tokens that the family puts around it. */
  int[] encodePrompt(String text);

  /** Ids of a target, without special tokens. */
  int[] encodeTarget(String text);

  /**
   * Ids of a prompt, at most {@code maxTokens} including the special tokens, which are kept; the
   * text is truncated at its end.
   */
  int[] encodePrompt(String text, int maxTokens);

  /**
   * Ids of a text in which the family's special tokens stand as themselves, such as a rendered
   * chat; nothing is added.
   */
  default int[] encodeRendered(String text) {
    return encodeTarget(text);
  }

  /** The id of the added token that is written so, such as {@code <|im_end|>}. */
  default OptionalInt specialToken(String token) {
    return OptionalInt.empty();
  }

  /** Text of {@code ids} without special tokens, cleaned up by the rules of the family. */
  String decode(int[] ids);

  /**
   * Text of {@code ids} to which more may come: the beginning of what {@link #decode} then makes of
   * all, but for a last character that is not whole.
   */
  default String decodeSoFar(int[] ids) {
    return decode(ids);
  }

  /** What the tokens stand for within a rendered text. */
  default Spellings spellings() {
    return Spellings.UNKNOWN;
  }

  /** The id that ends an answer ({@code eos_token_id} of {@code config.json}). */
  int endOfSequence();

  /** {@code sha256:<hex>} of the tokenizer files, the same on every machine. */
  String fingerprint();

  @Override
  void close();
}
