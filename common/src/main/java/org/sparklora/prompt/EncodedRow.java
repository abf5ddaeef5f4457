package org.sparklora.prompt;

import java.util.List;

/** A row in token ids, with what is learned of each turn, in order. */
public record EncodedRow(int[] ids, List<Label> labels) {
  /** Ids from {@code start} to before {@code end}. */
  public record Label(int turn, int start, int end) {}

  public EncodedRow {
    labels = List.copyOf(labels);
  }
}
