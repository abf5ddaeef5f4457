package org.sparklora.text.sentencepiece;

import org.sparklora.text.encoder.IdBuffer;
import org.sparklora.text.encoder.Parts;
import org.sparklora.text.encoder.SegmentationModel;
import org.sparklora.text.encoder.Spellings;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.encoder.Utf8Buffer;

/** SentencePiece BPE and unigram as a {@code tokenizer.model} describes them. */
final class SentencePieceEncoder implements TextCodec {
  private final SegmentationModel model;
  private final PieceNormalizer normalizer;
  private final SentencePieceDecoding decoding;
  private final Parts parts;
  private final Utf8Buffer utf8 = new Utf8Buffer();
  private final Utf8Buffer normalized = new Utf8Buffer();
  private final IdBuffer ownIds = new IdBuffer();

  SentencePieceEncoder(SentencePieceTables tables, SentencePieceDecoding decoding) {
    this.model = tables.segmentation().forAnotherThread();
    this.parts = new Parts(tables.splits(), model);
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

  @Override
  public Spellings spellings() {
    return decoding.spellings();
  }

  /** Replaces the content of {@code ids} with the ids of {@code text}. */
  private void encode(String text, IdBuffer ids) {
    ids.clear();
    if (!utf8.set(text)) {
      replaceHalfPairs(text);
    }
    normalizer.normalize(utf8, normalized);
    model.start();
    parts.encode(normalized.bytes(), 0, normalized.length(), ids);
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
