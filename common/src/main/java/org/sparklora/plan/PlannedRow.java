package org.sparklora.plan;

import org.sparklora.feature.FeatureRow;

/**
 * A row of one rank's stream, which is sorted by step and slot.
 *
 * @param stepLabels as in {@link Assignment}
 */
public record PlannedRow(long step, int slot, int stepLabels, FeatureRow row) {
  /** The step of rows that are only evaluated: before all others. */
  public static final long HELD_OUT = -1;
}
