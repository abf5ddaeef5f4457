package org.sparklora.train;

/**
 * What one rank did with its time between two sums of logged steps.
 *
 * @param host that it runs on
 * @param tokens that it computed itself
 * @param seconds in all
 * @param data seconds of waiting for rows
 * @param computing seconds
 * @param peers seconds of waiting for other ranks, and of exchange
 * @param longest seconds of the step that took it longest, without its peers, or that its process
 *     stood still in one, whatever it did then
 * @param longestStep that step
 * @param memory anonymous memory of its process, in bytes
 */
record RankShare(
    String host,
    long steps,
    long tokens,
    double seconds,
    double data,
    double computing,
    double peers,
    double longest,
    long longestStep,
    long memory) {
  /** In {@link #numbers}. */
  static final int NUMBERS = 9;

  /** Its own work, for which others wait. */
  double own() {
    return data + computing;
  }

  /** All but the host, which is told once. */
  double[] numbers() {
    return new double[] {
      steps, tokens, seconds, data, computing, peers, longest, longestStep, memory
    };
  }

  static RankShare of(String host, double[] numbers) {
    return new RankShare(
        host,
        (long) numbers[0],
        (long) numbers[1],
        numbers[2],
        numbers[3],
        numbers[4],
        numbers[5],
        numbers[6],
        (long) numbers[7],
        (long) numbers[8]);
  }
}
