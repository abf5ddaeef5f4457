package org.sparklora.text;

import org.sparklora.text.encoder.TextCodec;

/**
 * Hugging Face's clean-up of decoded text ({@code clean_up_tokenization_spaces}): no space before
 * punctuation and English contractions.
 */
record TidyPunctuation(TextCodec pieces) implements TextCodec {
  @Override
  public int[] encode(String text) {
    return pieces.encode(text);
  }

  @Override
  public String decode(int[] ids) {
    return pieces
        .decode(ids)
        .replace(" .", ".")
        .replace(" ?", "?")
        .replace(" !", "!")
        .replace(" ,", ",")
        .replace(" ' ", "'")
        .replace(" n't", "n't")
        .replace(" 'm", "'m")
        .replace(" 's", "'s")
        .replace(" 've", "'ve")
        .replace(" 're", "'re");
  }

  @Override
  public void close() {
    pieces.close();
  }
}
