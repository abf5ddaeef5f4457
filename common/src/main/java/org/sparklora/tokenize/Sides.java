package org.sparklora.tokenize;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.sparklora.Sha256;
import org.sparklora.near.NearText;
import org.sparklora.near.NormalText;

/**
 * Which prompts are held out: those whose keys, in the order of unsigned numbers, come first.
 *
 * @param byCluster whether nearly equal prompts are one
 * @param last the largest key that is held out
 * @param moved sorted {@link NearText#id ids} of prompts that are not on the side of their own key,
 *     but on that of their cluster
 */
public record Sides(boolean byCluster, long last, long[] moved) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Keys the hash; part of the format. */
  private static final String KEY = "42\n";

  private static final long LOW_BITS = (1L << 11) - 1;

  /** The key of a share: the first 53 bits of a key, as a part of 1, are below it. */
  public static long lastOf(double share) {
    return (((long) Math.ceil(Math.scalb(share, 53)) - 1) << 11) | LOW_BITS;
  }

  boolean holdsOut(String prompt) {
    if (!byCluster) {
      return isFirst(keyOf(prompt));
    }
    long id = NearText.idOf(prompt);
    return isFirst(keyOf(id)) != (Arrays.binarySearch(moved, id) >= 0);
  }

  public boolean isFirst(long key) {
    return Long.compareUnsigned(key, last) <= 0;
  }

  /** The first 64 bits of SHA-256 of key and normal prompt. */
  public static long keyOf(String prompt) {
    return ByteBuffer.wrap(new Sha256().add(KEY + NormalText.of(prompt)).bytes()).getLong();
  }

  /** The key of a cluster, from the smallest id in it. */
  public static long keyOf(long id) {
    return ByteBuffer.wrap(new Sha256().add(KEY + Long.toHexString(id)).bytes()).getLong();
  }
}
