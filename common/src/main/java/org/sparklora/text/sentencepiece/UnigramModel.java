package org.sparklora.text.sentencepiece;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.sparklora.text.encoder.ByteTrie;
import org.sparklora.text.encoder.IdBuffer;
import org.sparklora.text.encoder.SegmentationModel;
import org.sparklora.text.encoder.Utf8;
import org.sparklora.text.sentencepiece.Piece.Kind;

/**
 * SentencePiece unigram (Viterbi): the segmentation with the largest sum of scores.
 *
 * <p>The library sums scores in single precision from the start of the text, so the preceding text
 * can decide between nearly equal sums. Cached ids therefore carry a note: the largest binary
 * exponent of the preceding sum at which every choice made still holds.
 */
final class UnigramModel implements SegmentationModel {
  private static final int NONE = -1;
  private static final int KEPT = 1 << 16; // bytes of a part; larger arrays are not kept
  private static final double UNKNOWN_PENALTY = 10;
  private static final int MAX_NOTE = 255;
  private static final int PRECISION = 22; // bits of a float, minus two for safety

  private final PieceIds pieces;
  private final ByteTrie trie;
  private final int[] ids; // by key of the trie
  private final double[] scores; // by id
  private final float unknownScore;

  private float sum; // of the text so far
  private float[] best = new float[128]; // best sums up to each byte of the part
  private int[] starts = new int[128]; // where the last piece of the best path starts
  private int[] path = new int[128]; // the last piece of the best path, NONE = unknown character
  private double margin; // of the closest choice
  private double largest;

  private UnigramModel(
      PieceIds pieces, ByteTrie trie, int[] ids, double[] scores, float unknownScore) {
    this.pieces = pieces;
    this.trie = trie;
    this.ids = ids;
    this.scores = scores;
    this.unknownScore = unknownScore;
  }

  static UnigramModel of(PieceIds pieces) {
    float lowest = Float.MAX_VALUE;
    float highest = Float.MIN_NORMAL; // as in the library
    for (int id : pieces.ids(Kind.NORMAL)) {
      lowest = Math.min(lowest, pieces.piece(id).score());
      highest = Math.max(highest, pieces.piece(id).score());
    }
    double[] scores = new double[pieces.size()];
    List<Integer> ids = new ArrayList<>();
    for (int id = 0; id < scores.length; id++) {
      Kind kind = pieces.piece(id).kind();
      scores[id] =
          kind == Kind.USER_DEFINED
              ? bytes(pieces, id).length * highest - 0.1
              : pieces.piece(id).score();
      if (kind.isText()) {
        ids.add(id);
      }
    }
    ids.sort(Comparator.comparing(id -> bytes(pieces, id), Arrays::compareUnsigned));
    ByteTrie trie = ByteTrie.of(ids.stream().map(id -> bytes(pieces, id)).toList());
    int[] keys = ids.stream().mapToInt(Integer::intValue).toArray();
    return new UnigramModel(pieces, trie, keys, scores, (float) (lowest - UNKNOWN_PENALTY));
  }

  @Override
  public SegmentationModel forAnotherThread() {
    return new UnigramModel(pieces, trie, ids, scores, unknownScore);
  }

  @Override
  public void start() {
    sum = 0;
  }

  @Override
  public boolean accepts(int note) {
    return note > 0 && Math.getExponent(sum) + 2 <= note;
  }

  @Override
  public void reused(IdBuffer taken, int firstId) {
    for (int i = firstId; i < taken.size(); i++) {
      sum = (float) (scores[taken.id(i)] + sum);
    }
  }

  @Override
  public int encode(byte[] text, int from, int to, IdBuffer into) {
    int size = to - from;
    begin(size);
    int characters = 0;
    for (int at = 0; at < size; characters++) {
      at += extend(text, from, at, size);
    }
    sum = best[size];
    return add(text, from, size, into) ? note(characters) : UNFIT;
  }

  private void begin(int size) {
    if (size >= best.length || best.length > KEPT) {
      int room = Math.max(128, 2 * size);
      best = new float[room];
      starts = new int[room];
      path = new int[room];
    }
    Arrays.fill(starts, 0, size + 1, NONE);
    best[0] = sum;
    margin = Double.POSITIVE_INFINITY;
    largest = Math.abs(sum);
  }

  /** Extends paths from byte {@code at} by every piece; returns the character's length. */
  private int extend(byte[] text, int from, int at, int size) {
    int length = Utf8.length(text[from + at]);
    boolean hasCharacter = false;
    int node = ByteTrie.ROOT;
    for (int end = at + 1; end <= size; end++) {
      node = trie.next(node, text[from + end - 1]);
      if (node == ByteTrie.NO_NODE) {
        break;
      }
      int key = trie.key(node);
      if (key >= 0) {
        offer(scores[ids[key]] + best[at], at, end, ids[key]);
        hasCharacter |= end - at == length;
      }
    }
    if (!hasCharacter) {
      offer(unknownScore + best[at], at, at + length, NONE);
    }
    return length;
  }

  private void offer(double candidate, int start, int end, int id) {
    if (starts[end] != NONE) {
      double gap = candidate - best[end];
      margin = Math.min(margin, Math.abs(gap));
      if (gap <= 0) {
        return;
      }
    }
    best[end] = (float) candidate;
    largest = Math.max(largest, Math.abs(candidate));
    starts[end] = start;
    path[end] = id;
  }

  /** Adds the pieces of the best path; returns whether all characters are known. */
  private boolean add(byte[] text, int from, int size, IdBuffer into) {
    int last = NONE;
    for (int end = size; end > 0; ) { // reverses the links
      int start = starts[end];
      starts[end] = last;
      last = end;
      end = start;
    }
    boolean known = true;
    int start = 0;
    for (int end = last; end != NONE; end = starts[end]) {
      if (path[end] == NONE) {
        pieces.addUnknown(Utf8.codePoint(text, from + start), into);
        known = false;
      } else {
        into.add(path[end]);
      }
      start = end;
    }
    return known;
  }

  private int note(int characters) {
    double sure = margin - characters * (double) Math.ulp((float) largest);
    int exponent = Math.getExponent(sure / characters) + PRECISION;
    boolean smallPart = Math.getExponent(largest - Math.abs(best[0])) + 2 <= exponent;
    return sure > 0 && smallPart ? Math.max(0, Math.min(exponent, MAX_NOTE)) : 0;
  }

  private static byte[] bytes(PieceIds pieces, int id) {
    return pieces.piece(id).text().getBytes(StandardCharsets.UTF_8);
  }
}
