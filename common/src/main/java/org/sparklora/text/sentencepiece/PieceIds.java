package org.sparklora.text.sentencepiece;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sparklora.text.encoder.IdBuffer;
import org.sparklora.text.encoder.UnsupportedTokenizer;
import org.sparklora.text.sentencepiece.Piece.Kind;

/** The ids that encoding gives to pieces, and to characters that are not pieces. */
final class PieceIds {
  private final PieceIndex pieces;
  private final int unknown;
  private final int[] byteIds;

  PieceIds(PieceIndex pieces, boolean byteFallback) throws UnsupportedTokenizer {
    this.pieces = pieces;
    if (pieces.repeated().isPresent()) {
      throw new UnsupportedTokenizer("piece that is there twice " + pieces.repeated().get());
    }
    int[] unknowns = ids(Kind.UNKNOWN);
    if (unknowns.length != 1) {
      throw new UnsupportedTokenizer("unknown pieces " + Arrays.toString(unknowns));
    }
    unknown = unknowns[0];
    byteIds = byteFallback ? byteIds() : new int[0];
  }

  int size() {
    return pieces.size();
  }

  int[] ids(Kind kind) {
    List<Integer> ids = new ArrayList<>();
    for (int id = 0; id < pieces.size(); id++) {
      if (pieces.piece(id).kind() == kind) {
        ids.add(id);
      }
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  Piece piece(int id) {
    return pieces.piece(id);
  }

  /** The id of a piece that matches text, or −1. */
  int textId(String piece) {
    return pieces.textId(piece);
  }

  /** The id that encoding gives to {@code piece}; a reserved piece takes precedence. */
  int id(String piece) {
    return pieces.id(piece).orElse(unknown);
  }

  boolean isReserved(String piece) {
    return pieces.reservedId(piece) >= 0;
  }

  /** Adds the ids of an unknown character: its byte pieces, or one id per run of unknown ones. */
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
      ids[b] = pieces.reservedId("<0x%02X>".formatted(b));
      if (ids[b] < 0 || pieces.piece(ids[b]).kind() != Kind.BYTE) {
        throw new UnsupportedTokenizer("byte_fallback without a piece of byte " + b);
      }
    }
    return ids;
  }
}
