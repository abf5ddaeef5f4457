package org.sparklora.text.sentencepiece;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.sparklora.text.sentencepiece.Piece.Kind;

/** Pieces by id and by text; reserved pieces are indexed separately from those that match text. */
final class PieceIndex {
  private final List<Piece> pieces;
  private final Map<String, Integer> text = new HashMap<>();
  private final Map<String, Integer> reserved = new HashMap<>(); // control, unknown, byte pieces
  private Optional<Piece> repeated = Optional.empty();

  PieceIndex(List<Piece> pieces) {
    this.pieces = pieces;
    for (int id = 0; id < pieces.size(); id++) {
      Piece piece = pieces.get(id);
      boolean reads = piece.kind().isText() || piece.kind() == Kind.UNUSED;
      if ((reads ? text : reserved).put(piece.text(), id) != null && repeated.isEmpty()) {
        repeated = Optional.of(piece);
      }
    }
  }

  int size() {
    return pieces.size();
  }

  Piece piece(int id) {
    return pieces.get(id);
  }

  /** The first piece that repeats the text of an earlier one in the same index. */
  Optional<Piece> repeated() {
    return repeated;
  }

  /** The id of a piece of any kind; a reserved piece takes precedence. */
  OptionalInt id(String piece) {
    Integer id = reserved.getOrDefault(piece, text.get(piece));
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** The id of a piece that matches text, or −1. */
  int textId(String piece) {
    return text.getOrDefault(piece, -1);
  }

  /** The id of a reserved piece, or −1. */
  int reservedId(String piece) {
    return reserved.getOrDefault(piece, -1);
  }
}
