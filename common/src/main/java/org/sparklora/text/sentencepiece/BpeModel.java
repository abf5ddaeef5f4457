package org.sparklora.text.sentencepiece;

import java.util.Arrays;
import java.util.TreeMap;
import org.sparklora.text.encoder.IdBuffer;
import org.sparklora.text.encoder.MergeLoop;
import org.sparklora.text.encoder.MergeTable;
import org.sparklora.text.encoder.SegmentationModel;
import org.sparklora.text.encoder.Utf8;
import org.sparklora.text.sentencepiece.Piece.Kind;

/**
 * SentencePiece BPE: characters are merged into pieces, the highest score first.
 *
 * <p>A symbol is the id of a piece or, for a character that is not a piece, the number of pieces
 * plus its code point. User-defined pieces are matched first and never merged.
 */
final class BpeModel implements SegmentationModel {
  private static final int NONE = -1;
  private static final int KEPT = 1 << 16; // symbols; larger arrays are not kept

  private final PieceIds pieces;
  private final UserDefinedPieces userDefined;
  private final MergeTable merges;
  private final int[] characters; // symbols of characters in the basic plane
  private final int[] finalIds;
  private final MergeLoop loop;
  private int[] symbols = new int[256];

  private BpeModel(
      PieceIds pieces,
      UserDefinedPieces userDefined,
      MergeTable merges,
      int[] characters,
      int[] finalIds) {
    this.pieces = pieces;
    this.userDefined = userDefined;
    this.merges = merges;
    this.characters = characters;
    this.finalIds = finalIds;
    this.loop = new MergeLoop(merges);
  }

  static BpeModel of(PieceIds pieces, UserDefinedPieces userDefined) {
    int[] characters = new int[Character.MAX_VALUE + 1];
    Arrays.setAll(characters, c -> symbol(pieces, Character.toString(c)));
    int[] finalIds = new int[pieces.size()];
    Arrays.setAll(finalIds, id -> pieces.id(pieces.piece(id).text()));
    return new BpeModel(pieces, userDefined, merges(pieces), characters, finalIds);
  }

  @Override
  public SegmentationModel forAnotherThread() {
    return new BpeModel(pieces, userDefined, merges, characters, finalIds);
  }

  @Override
  public void start() {}

  @Override
  public int encode(byte[] text, int from, int to, IdBuffer ids) {
    int characters = read(text, from, to); // may replace the array
    int count = loop.merge(symbols, characters);
    int note = 0;
    for (int i = 0; i < count; i++) {
      int symbol = symbols[i];
      if (symbol < finalIds.length) {
        ids.add(finalIds[symbol]);
      } else {
        addCharacter(symbol - finalIds.length, ids);
        note = UNFIT;
      }
    }
    return note;
  }

  @Override
  public boolean accepts(int note) {
    return true;
  }

  @Override
  public void reused(IdBuffer ids, int firstId) {}

  private int read(byte[] text, int from, int to) {
    if (to - from > symbols.length || symbols.length > KEPT) {
      symbols = new int[Math.max(256, 2 * (to - from))];
    }
    int count = 0;
    for (int at = from; at < to; ) {
      long piece = userDefined.match(text, at, to);
      if (piece != 0) {
        symbols[count++] = (int) piece;
        at += (int) (piece >>> 32);
      } else {
        int c = Utf8.codePoint(text, at);
        symbols[count++] =
            c < characters.length ? characters[c] : symbol(pieces, Character.toString(c));
        at += Utf8.length(text[at]);
      }
    }
    return count;
  }

  private void addCharacter(int codePoint, IdBuffer ids) {
    String character = Character.toString(codePoint);
    if (pieces.isReserved(character)) {
      ids.add(pieces.id(character));
    } else {
      pieces.addUnknown(codePoint, ids);
    }
  }

  /** Every way to form a piece from two symbols; pieces with equal scores have equal ranks. */
  private static MergeTable merges(PieceIds pieces) {
    int[] normal = pieces.ids(Kind.NORMAL);
    TreeMap<Float, Integer> ranks = new TreeMap<>();
    for (int id : normal) {
      ranks.put(-pieces.piece(id).score(), 0);
    }
    int next = 0;
    for (var rank : ranks.entrySet()) {
      rank.setValue(next++);
    }
    MergeTable merges = new MergeTable(4 * normal.length);
    for (int id : normal) {
      String piece = pieces.piece(id).text();
      int rank = ranks.get(-pieces.piece(id).score());
      for (int split = piece.offsetByCodePoints(0, 1);
          split < piece.length();
          split = piece.offsetByCodePoints(split, 1)) {
        int left = symbol(pieces, piece.substring(0, split));
        int right = symbol(pieces, piece.substring(split));
        if (left != NONE && right != NONE) {
          merges.put(left, right, rank, id);
        }
      }
    }
    return merges;
  }

  /** The symbol that {@code text} can become by reading or merging, or {@link #NONE}. */
  private static int symbol(PieceIds pieces, String text) {
    int id = pieces.textId(text);
    if (id >= 0) {
      return pieces.piece(id).kind() == Kind.USER_DEFINED ? NONE : id;
    }
    return text.codePointCount(0, text.length()) == 1 ? pieces.size() + text.codePointAt(0) : NONE;
  }
}
