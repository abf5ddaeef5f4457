package org.sparklora.text.sentencepiece;

import org.sparklora.text.encoder.IdBuffer;
import org.sparklora.text.encoder.SafeSplits;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.encoder.Utf8;
import org.sparklora.text.encoder.Utf8Buffer;
import org.sparklora.text.encoder.WordCache;

/** SentencePiece BPE and unigram as a {@code tokenizer.model} describes them. */
final class SentencePieceEncoder implements TextCodec {
  private static final int CACHE_BITS = 18;

  private final SafeSplits splits;
  private final SegmentationModel model;
  private final PieceNormalizer normalizer;
  private final SentencePieceDecoding decoding;
  private final WordCache parts = new WordCache(CACHE_BITS);
  private final Utf8Buffer utf8 = new Utf8Buffer();
  private final Utf8Buffer normalized = new Utf8Buffer();
  private final IdBuffer ownIds = new IdBuffer();

  SentencePieceEncoder(SentencePieceTables tables, SentencePieceDecoding decoding) {
    this.splits = tables.splits();
    this.model = tables.segmentation().forAnotherThread();
    this.normalizer = new PieceNormalizer(tables);
    this.decoding = decoding;
  }

  @Override
  public int[] encode(String text) {
    encode(text, ownIds);
    return ownIds.toArray();
  }

  @Override
  public String decode(int[] ids) {
    return decoding.decode(ids);
  }

  /** Replaces the content of {@code ids} with the ids of {@code text}. */
  private void encode(String text, IdBuffer ids) {
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
      model.reused(ids, first);
      return;
    }
    int note = model.encode(text, from, to, ids);
    if (record == WordCache.NOTHING
        && length <= WordCache.MAX_WORD
        && note != SegmentationModel.UNFIT) {
      parts.put(text, from, length, ids, first, note);
    }
  }

  /** Replaces unpaired surrogates as Java does for the library's binding when it writes UTF-8. */
  private void replaceHalfPairs(String text) {
    utf8.clear();
    text.codePoints()
        .forEach(
            c ->
                utf8.append(
                    c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? '?' : c));
  }
}
