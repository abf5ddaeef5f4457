package org.sparklora.feature;

import java.util.Optional;
import org.sparklora.Failure;

/**
 * One tokenized example: prompt ids, target ids and (unless cut) the end token; or a conversation
 * with several answers.
 *
 * @param inputIds all ids of the row
 * @param spans which of them are learned; one span, maybe empty, behind a prompt
 * @param setAside why a row that somebody else made teaches nothing; usually null
 */
public record FeatureRow(int[] inputIds, LabelSpans spans, RowFault setAside) {
  private static final int[] NO_IDS = {};
  private static final long SEED = 0x9e3779b97f4a7c15L;

  public FeatureRow {
    spans.check(inputIds.length);
  }

  public FeatureRow(int[] inputIds, LabelSpans spans) {
    this(inputIds, spans, null);
  }

  /** A row whose ids behind the first {@code seqLen} are learned. */
  public FeatureRow(int[] inputIds, int seqLen) {
    this(inputIds, behind(seqLen, inputIds.length));
  }

  /** In place of a row with this fault. */
  static FeatureRow setAside(RowFault fault) {
    return new FeatureRow(NO_IDS, LabelSpans.NONE, fault);
  }

  /** Number of ids. */
  public int length() {
    return inputIds.length;
  }

  /** Number of ids before the first learned one, as LLM-Tuning calls it. */
  public int seqLen() {
    return spans.firstStart(inputIds.length);
  }

  /** What {@link #seqLen} does not say: the bounds of the spans, or nothing. */
  public int[] spanColumn() {
    return spans.isBehindOnePrompt(inputIds.length) ? NO_IDS : spans.bounds();
  }

  /** Why the row teaches nothing although it may have labels. */
  public Optional<RowFault> fault() {
    return Optional.ofNullable(setAside);
  }

  private static LabelSpans behind(int seqLen, int length) {
    if (seqLen < 0 || seqLen > length) {
      throw Failure.input(
          "Cannot use a feature row, its seq_len is out of range: %d (expected 0 to %d). Make the table again."
              .formatted(seqLen, length));
    }
    return LabelSpans.behind(seqLen, length);
  }

  /** The spans that a table's columns {@code seq_len} and {@code label_spans} say. */
  public static LabelSpans spans(int seqLen, int length, int... spanColumn) {
    return spanColumn.length == 0 ? behind(seqLen, length) : new LabelSpans(spanColumn);
  }

  /**
   * A hash of all that the row holds. Sums of it, in any order, tell sets of rows apart: other ids,
   * a row lost, one twice.
   */
  public long content() {
    long hash = SEED;
    for (int id : inputIds) {
      hash = mixed(hash ^ id);
    }
    for (int bound : spanColumn()) {
      hash = mixed(hash ^ bound);
    }
    return mixed(hash ^ ((long) seqLen() << Integer.SIZE | inputIds.length));
  }

  /** The end of MurmurHash3. */
  private static long mixed(long hash) {
    long mixed = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ mixed >>> 33;
  }
}
