package org.sparklora.model;

import ai.djl.ndarray.NDArray;

/** One layer's cache, (rows, groups, capacity, size) each, and the step under way. */
record CacheView(NDArray keys, NDArray values, Step step) {

  /**
   * The new tokens of a decoding step, the same for all layers that see the same of a row. Each row
   * has as many queries as the row with the most tokens; where others have fewer, padding tells
   * tokens and queries apart.
   *
   * @param slots (tokens · groups) where each token's key goes in a cache seen as a list
   * @param mask (rows, 1, queries, tokens seen) what each query sees
   * @param padding the token of each query, and the query of each token; empty where all rows have
   *     equally many tokens
   * @param bounds rows {@code [bounds[i], bounds[i + 1])} are computed together
   * @param lows and see nothing before token {@code lows[i]}
   * @param lengths and at most {@code lengths[i]} tokens
   */
  record Step(
      NDArray slots, NDArray mask, NDArray[] padding, long[] bounds, long[] lows, long[] lengths) {}
}
