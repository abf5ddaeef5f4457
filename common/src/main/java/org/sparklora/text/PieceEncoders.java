package org.sparklora.text;

import java.nio.file.Path;

/** Chooses the encoder of a tokenizer file. */
final class PieceEncoders {
  private PieceEncoders() {}

  static PieceEncoder tokenizerJson(Path file) {
    return LibraryTokenizerJson.open(file);
  }

  static PieceEncoder sentencePiece(Path file) {
    return LibrarySentencePiece.open(file);
  }
}
