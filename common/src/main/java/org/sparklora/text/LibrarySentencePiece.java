package org.sparklora.text;

import ai.djl.sentencepiece.SpTokenizer;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.sentencepiece.SentencePieceFile;

/** A SentencePiece model: encoding through DJL's binding of the C++ library. */
final class LibrarySentencePiece implements TextCodec {
  private final SpTokenizer tokenizer;
  private final SentencePieceFile pieces;

  private LibrarySentencePiece(SpTokenizer tokenizer, SentencePieceFile pieces) {
    this.tokenizer = tokenizer;
    this.pieces = pieces;
  }

  static LibrarySentencePiece open(HashedFile file, SentencePieceFile pieces) {
    try {
      return new LibrarySentencePiece(new SpTokenizer(file.bytes()), pieces);
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
    return pieces.decode(ids);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
