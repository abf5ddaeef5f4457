package org.sparklora.text;

import ai.djl.sentencepiece.SpTokenizer;
import java.nio.file.Path;

/** A SentencePiece model: encoding through DJL's binding of the C++ library. */
final class LibrarySentencePiece implements PieceEncoder {
  private final SpTokenizer tokenizer;
  private final SentencePieceDecoding decoding;

  private LibrarySentencePiece(SpTokenizer tokenizer, SentencePieceTable table) {
    this.tokenizer = tokenizer;
    this.decoding = new SentencePieceDecoding(table);
  }

  static LibrarySentencePiece open(Path file) {
    SentencePieceTable table = SentencePieceTable.read(file);
    try {
      return new LibrarySentencePiece(new SpTokenizer(TokenizerFiles.bytes(file)), table);
    } catch (RuntimeException e) {
      throw TokenizerFiles.damaged(file, e);
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
