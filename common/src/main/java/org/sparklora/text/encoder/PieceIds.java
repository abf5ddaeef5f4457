package org.sparklora.text.encoder;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.text.encoder.SentencePieceFile.Kind;
import org.sparklora.text.encoder.SentencePieceFile.Piece;

/** Ids of SentencePiece pieces by their text, and what becomes of a character that is no piece. */
final class PieceIds {
  private final List<Piece> pieces;
  private final Map<String, Integer> text = new HashMap<>();
  private final Map<String, Integer> reserved = new HashMap<>(); // control, unknown, byte pieces
  private final int unknown;
  private final int[] byteIds;

  PieceIds(SentencePieceFile file) throws UnsupportedTokenizer {
    pieces = file.pieces;
    for (int id = 0; id < pieces.size(); id++) {
      Piece piece = pieces.get(id);
      boolean reads = piece.kind().isText() || piece.kind() == Kind.UNUSED;
      if ((reads ? text : reserved).put(piece.text(), id) != null) {
        throw new UnsupportedTokenizer("piece that is there twice " + piece);
      }
    }
    int[] unknowns = ids(Kind.UNKNOWN);
    if (unknowns.length != 1) {
      throw new UnsupportedTokenizer("unknown pieces " + Arrays.toString(unknowns));
    }
    unknown = unknowns[0];
    byteIds = file.byteFallback ? byteIds() : new int[0];
  }

  int size() {
    return pieces.size();
  }

  int[] ids(Kind kind) {
    List<Integer> ids = new ArrayList<>();
    for (int id = 0; id < pieces.size(); id++) {
      if (pieces.get(id).kind() == kind) {
        ids.add(id);
      }
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  Piece piece(int id) {
    return pieces.get(id);
  }

  /** The id of a piece that text reads as, or −1. */
  int textId(String piece) {
    return text.getOrDefault(piece, -1);
  }

  /** The id that encoding gives to {@code piece}: a reserved piece of that name comes first. */
  int id(String piece) {
    return reserved.getOrDefault(piece, text.getOrDefault(piece, unknown));
  }

  boolean isReserved(String piece) {
    return reserved.containsKey(piece);
  }

  /** Adds the ids of an unknown character: its bytes', or one for a whole row of unknown ones. */
  void addUnknown(int codePoint, IdBuffer ids) {
    for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
      if (byteIds.length > 0) {
        ids.add(byteIds[b & 0xff]);
      }
    }
    if (byteIds.length == 0 && !ids.endsWith(unknown)) {
      ids.add(unknown);
    }
  }

  private int[] byteIds() throws UnsupportedTokenizer {
    int[] ids = new int[256];
    for (int b = 0; b < ids.length; b++) {
      ids[b] = reserved.getOrDefault("<0x%02X>".formatted(b), -1);
      if (ids[b] < 0 || pieces.get(ids[b]).kind() != Kind.BYTE) {
        throw new UnsupportedTokenizer("byte_fallback without a piece of byte " + b);
      }
    }
    return ids;
  }
}
