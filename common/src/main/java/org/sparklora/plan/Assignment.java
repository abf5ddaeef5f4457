package org.sparklora.plan;

/**
 * Where a row of the table is trained.
 *
 * @param step optimizer step, from 0; {@link PlannedRow#HELD_OUT} for rows that are only evaluated
 * @param rank the rank that trains it
 * @param slot its position among all rows of the step, 0 to G-1; does not depend on ranks
 * @param stepLabels labels of the whole step over all ranks (T), or 0 where the plan has none
 */
public record Assignment(long step, int rank, int slot, int stepLabels) {}
