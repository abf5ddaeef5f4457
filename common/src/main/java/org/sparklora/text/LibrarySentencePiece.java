package org.sparklora.text;

import ai.djl.sentencepiece.SpTokenizer;

/** A SentencePiece model: encoding through DJL's binding of the C++ library. */
final class LibrarySentencePiece implements TextCodec {
  private final SpTokenizer tokenizer;
  private final SentencePieceDecoding decoding;

  private LibrarySentencePiece(SpTokenizer tokenizer, SentencePieceDecoding decoding) {
    this.tokenizer = tokenizer;
    this.decoding = decoding;
  }

  static LibrarySentencePiece open(HashedFile file, SentencePieceDecoding decoding) {
    try {
      return new LibrarySentencePiece(new SpTokenizer(file.bytes()), decoding);
    } catch (RuntimeException e) {
      throw TokenizerFolder.damaged(file.path(), e);
    }
  }

  @Override
  public int[] encode(String text) {
    return text.isEmpty() ? new int[0] : tokenizer.getProcessor().encode(text);
  }

  @Override
  public String decode(int[] ids) {
    return decoding.decode(ids);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
