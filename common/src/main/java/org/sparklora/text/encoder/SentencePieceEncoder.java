package org.sparklora.text.encoder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.sparklora.text.encoder.SentencePieceFile.Kind;

/**
 * SentencePiece BPE and unigram as a {@code tokenizer.model} describes them: text to ids.
 *
 * <p>Used by one thread at a time; {@link #another} gives an encoder for another thread that shares
 * the tables.
 */
public final class SentencePieceEncoder {
  private static final int CACHE_BITS = 18;

  private final SentencePieceFile file;
  private final CharsMap map;
  private final UserDefinedPieces userDefined;
  private final SafeSplits splits;
  private final SegmentationModel model;
  private final PieceNormalizer normalizer;
  private final WordCache parts = new WordCache(CACHE_BITS);
  private final Utf8Buffer utf8 = new Utf8Buffer();
  private final Utf8Buffer normalized = new Utf8Buffer();
  private final IdBuffer ownIds = new IdBuffer();

  private SentencePieceEncoder(
      SentencePieceFile file,
      CharsMap map,
      UserDefinedPieces userDefined,
      SafeSplits splits,
      SegmentationModel model) {
    this.file = file;
    this.map = map;
    this.userDefined = userDefined;
    this.splits = splits;
    this.model = model;
    this.normalizer = new PieceNormalizer(file, map, userDefined);
  }

  /** Reads a {@code tokenizer.model}. */
  public static SentencePieceEncoder read(byte[] tokenizerModel)
      throws IOException, UnsupportedTokenizer {
    SentencePieceFile file = SentencePieceFile.read(tokenizerModel);
    PieceIds pieces = new PieceIds(file);
    UserDefinedPieces userDefined = new UserDefinedPieces(pieces, pieces.ids(Kind.USER_DEFINED));
    SafeSplits splits = new SafeSplits(4 * pieces.size());
    file.pieces.stream()
        .filter(piece -> piece.kind().isText())
        .forEach(piece -> splits.join(piece.text().getBytes(StandardCharsets.UTF_8)));
    SegmentationModel model =
        file.isUnigram() ? UnigramModel.of(pieces) : BpeModel.of(pieces, userDefined);
    return new SentencePieceEncoder(file, CharsMap.read(file.charsMap), userDefined, splits, model);
  }

  /** An encoder for another thread; it shares the tables and has a cache of its own. */
  public SentencePieceEncoder another() {
    return new SentencePieceEncoder(file, map, userDefined, splits, model.another());
  }

  public int[] encode(String text) {
    encode(text, ownIds);
    return ownIds.toArray();
  }

  /** Replaces what {@code ids} holds by the ids of {@code text}. */
  public void encode(String text, IdBuffer ids) {
    ids.clear();
    if (!utf8.set(text)) {
      replaceHalfPairs(text);
    }
    normalizer.normalize(utf8, normalized);
    model.start();
    parts(normalized.bytes(), normalized.length(), ids);
  }

  private void parts(byte[] text, int to, IdBuffer ids) {
    int start = 0;
    int length = 0;
    int left = 0;
    for (int at = 0; at < to; at += length) {
      length = Utf8.length(text[at]);
      int right = SafeSplits.bytesAt(text, at, length);
      if (at > 0 && splits.isBetween(left, right)) {
        part(text, start, at, ids);
        start = at;
      }
      left = right;
    }
    if (start < to) {
      part(text, start, to, ids);
    }
  }

  private void part(byte[] text, int from, int to, IdBuffer ids) {
    int length = to - from;
    int record =
        length <= WordCache.MAX_WORD ? parts.record(text, from, length) : WordCache.NOTHING;
    int first = ids.size();
    if (record != WordCache.NOTHING && model.accepts(parts.note(record))) {
      parts.addIds(record, length, ids);
      model.took(ids, first);
      return;
    }
    int note = model.encode(text, from, to, ids);
    if (record == WordCache.NOTHING
        && length <= WordCache.MAX_WORD
        && note != SegmentationModel.UNFIT) {
      parts.put(text, from, length, ids, first, note);
    }
  }

  /** As Java writes UTF-8, which is what the library's binding gets. */
  private void replaceHalfPairs(String text) {
    utf8.clear();
    text.codePoints()
        .forEach(
            c ->
                utf8.append(
                    c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? '?' : c));
  }
}
