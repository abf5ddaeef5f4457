package org.sparklora.answer;

/**
 * What a model reads.
 *
 * @param droppedRounds whole oldest ones that there was no room for
 * @param room most new tokens that fit behind it
 */
record PreparedPrompt(int[] ids, int droppedRounds, int room) {}
