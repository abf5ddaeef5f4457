package org.sparklora.corpus.chat;

/**
 * What was mended in a row.
 *
 * @param joined turns that continued their neighbour's of the same role
 * @param empty turns without text that were left out
 * @param dropped turns behind the last answer
 * @param leading answers to nothing, which are history only
 */
public record ChatMends(int joined, int empty, int dropped, int leading) {}
