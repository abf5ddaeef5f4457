package org.sparklora.generation;

/**
 * Which token is to be chosen.
 *
 * @param row the row's dense index in the whole input
 * @param before all ids of the row so far: prompt, answer, and what of a draft comes before it
 * @param position in the answer, from 0
 */
public record NextToken(long row, int[] before, int position) {}
