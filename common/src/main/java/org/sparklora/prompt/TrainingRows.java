package org.sparklora.prompt;

import java.util.List;

/**
 * The rows that one conversation becomes.
 *
 * @param shared whether one row holds all labels; else each learned turn has a row of its own
 * @param otherPrompts turns whose generation prompt is not what the finished chat says there, so
 *     that labels begin where the two part
 * @param withoutPrefix learned turns that no row could be made of, as what stands before them is
 *     written differently once they are answered
 */
public record TrainingRows(
    List<TrainingRow> rows, boolean shared, int otherPrompts, int withoutPrefix) {
  public TrainingRows {
    rows = List.copyOf(rows);
  }
}
