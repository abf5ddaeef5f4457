package org.sparklora.text.sentencepiece;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.encoder.UnsupportedTokenizer;

/**
 * A SentencePiece {@code tokenizer.model}: its pieces, the text that ids stand for, and encoders.
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
   * Reads the file, also one that only the published library can encode with.
   *
   * @throws IOException when it is damaged
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
   * A new encoder, for one thread; all encoders of this file share its tables.
   *
   * @throws UnsupportedTokenizer when the file has a part that our encoders do not know
   */
  public TextCodec encoder() throws UnsupportedTokenizer {
    return new SentencePieceEncoder(
        tables.orElseThrow(() -> new UnsupportedTokenizer(unknownPart)), decoding);
  }

  /** Text of {@code ids}, all of them below {@link #size}, whoever has encoded it. */
  public String decode(int[] ids) {
    return decoding.decode(ids);
  }

  /** How many pieces there are; their ids are the numbers below it. */
  public int size() {
    return pieces.size();
  }

  /** The id of a piece, of any kind. */
  public OptionalInt id(String piece) {
    return pieces.id(piece);
  }
}
