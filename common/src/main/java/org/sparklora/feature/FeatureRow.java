package org.sparklora.feature;

import org.sparklora.Failure;

/**
 * One tokenized example: prompt ids, target ids and (unless cut) the end token.
 *
 * @param inputIds all ids of the row
 * @param seqLen number of prompt ids, as LLM-Tuning calls it; at most {@code inputIds.length}
 *     except in a row cut by the seed's rule, where the two may be equal
 */
public record FeatureRow(int[] inputIds, int seqLen) {
  public FeatureRow {
    if (seqLen < 0 || seqLen > inputIds.length) {
      throw Failure.input(
          "Cannot use a feature row, its seq_len is out of range: %d (expected 0 to %d). Make the table again."
              .formatted(seqLen, inputIds.length));
    }
  }

  /** Number of ids. */
  public int length() {
    return inputIds.length;
  }
}
