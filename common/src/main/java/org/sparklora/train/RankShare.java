package org.sparklora.train;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What one rank did with its time since the last logged step.
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
  private static final int NUMBERS = 9 * Long.BYTES;

  /** Its own work, for which others wait. */
  double own() {
    return data + computing;
  }

  byte[] bytes() {
    byte[] name = host.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(NUMBERS + name.length);
    bytes.putLong(steps).putLong(tokens).putDouble(seconds).putDouble(data).putDouble(computing);
    bytes.putDouble(peers).putDouble(longest).putLong(longestStep).putLong(memory);
    return bytes.put(name).array();
  }

  static RankShare of(byte[] message) {
    ByteBuffer bytes = ByteBuffer.wrap(message);
    long steps = bytes.getLong();
    long tokens = bytes.getLong();
    double seconds = bytes.getDouble();
    double data = bytes.getDouble();
    double computing = bytes.getDouble();
    double peers = bytes.getDouble();
    double longest = bytes.getDouble();
    long longestStep = bytes.getLong();
    long memory = bytes.getLong();
    String host = new String(message, NUMBERS, message.length - NUMBERS, StandardCharsets.UTF_8);
    return new RankShare(
        host, steps, tokens, seconds, data, computing, peers, longest, longestStep, memory);
  }
}
