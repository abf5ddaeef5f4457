package org.sparklora.text.encoder;

/** Encodes text in parts, cut where no token reaches across, and remembers what they became. */
public final class Parts {
  private static final int CACHE_BITS = 18;

  private final SafeSplits splits;
  private final SegmentationModel model;
  private final WordCache known = new WordCache(CACHE_BITS);

  public Parts(SafeSplits splits, SegmentationModel model) {
    this.splits = splits;
    this.model = model;
  }

  /** Adds the ids of {@code text[from, to)}; {@link Utf8Buffer#SPARE} bytes behind it are read. */
  public void encode(byte[] text, int from, int to, IdBuffer ids) {
    int start = from;
    int length = 0;
    int left = 0;
    for (int at = from; at < to; at += length) {
      length = Utf8.length(text[at]);
      int right = SafeSplits.bytesAt(text, at, length);
      if (at > from && splits.isBetween(left, right)) {
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
        length <= WordCache.MAX_WORD ? known.record(text, from, length) : WordCache.NOTHING;
    int first = ids.size();
    if (record != WordCache.NOTHING && model.accepts(known.note(record))) {
      known.addIds(record, length, ids);
      model.reused(ids, first);
      return;
    }
    int note = model.encode(text, from, to, ids);
    if (record == WordCache.NOTHING
        && length <= WordCache.MAX_WORD
        && note != SegmentationModel.UNFIT) {
      known.put(text, from, length, ids, first, note);
    }
  }
}
