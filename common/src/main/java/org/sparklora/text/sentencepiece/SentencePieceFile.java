package org.sparklora.text.sentencepiece;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.encoder.UnsupportedTokenizer;
import org.sparklora.text.sentencepiece.Piece.Kind;

/**
 * A SentencePiece {@code tokenizer.model}: looks up its pieces, decodes ids and creates encoders.
 */
public final class SentencePieceFile {
  private final PieceIndex pieces;
  private final SentencePieceDecoding decoding;
  private final Optional<SentencePieceTables> tables;
  private final String unknownPart; // of a file without tables

  private SentencePieceFile(
      PieceIndex pieces,
      SentencePieceDecoding decoding,
      Optional<SentencePieceTables> tables,
      String unknownPart) {
    this.pieces = pieces;
    this.decoding = decoding;
    this.tables = tables;
    this.unknownPart = unknownPart;
  }

  /**
   * Parses the file, even if only the published library can encode with it.
   *
   * @throws IOException if it is damaged
   */
  public static SentencePieceFile read(byte[] file) throws IOException {
    ModelProto model = ModelProto.read(file);
    PieceIndex pieces = new PieceIndex(model.pieces);
    SentencePieceDecoding decoding = new SentencePieceDecoding(model);
    try {
      SentencePieceTables tables = SentencePieceTables.of(model, pieces);
      return new SentencePieceFile(pieces, decoding, Optional.of(tables), "");
    } catch (UnsupportedTokenizer e) {
      return new SentencePieceFile(pieces, decoding, Optional.empty(), e.getMessage());
    }
  }

  /**
   * Creates an encoder for one thread; all encoders of this file share its tables.
   *
   * @throws UnsupportedTokenizer if the file uses a feature that our encoders do not implement
   */
  public TextCodec encoder() throws UnsupportedTokenizer {
    return new SentencePieceEncoder(
        tables.orElseThrow(() -> new UnsupportedTokenizer(unknownPart)), decoding);
  }

  /** Text of {@code ids}, which must be below {@link #size}; independent of the encoder used. */
  public String decode(int[] ids) {
    return decoding.decode(ids);
  }

  /** The number of pieces; ids are below it. */
  public int size() {
    return pieces.size();
  }

  public String text(int id) {
    return pieces.piece(id).text();
  }

  /** Whether no text becomes this piece, such as {@code <s>}. */
  public boolean isControl(int id) {
    return pieces.piece(id).kind() == Kind.CONTROL;
  }

  /** Whether this piece is found in a text before all others. */
  public boolean isUserDefined(int id) {
    return pieces.piece(id).kind() == Kind.USER_DEFINED;
  }

  /** The id of a piece of any kind. */
  public OptionalInt id(String piece) {
    return pieces.id(piece);
  }
}
