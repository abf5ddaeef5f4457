package org.sparklora.plan;

import org.sparklora.feature.FeatureRow;

/**
 * A row of one rank's stream, which is sorted by step and slot.
 *
 * @param stepLabels as in {@link Assignment}
 */
public record PlannedRow(long step, int slot, int stepLabels, FeatureRow row) {}
