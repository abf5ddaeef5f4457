package org.sparklora.feature;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * How many rows have which length, in buckets that double.
 *
 * @param tokens sum of all lengths
 * @param longest the longest length, 0 without rows
 * @param buckets in ascending order, those without rows left out
 */
public record LengthHistogram(long tokens, int longest, List<Bucket> buckets)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public LengthHistogram {
    buckets = List.copyOf(buckets);
  }

  /** {@code rows} with lengths above half of {@code upTo} (1, 2, 4, 8, …), at most it. */
  public record Bucket(int upTo, long rows) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  public static LengthHistogram empty() {
    return new LengthHistogram(0, 0, List.of());
  }

  public long rows() {
    return buckets.stream().mapToLong(Bucket::rows).sum();
  }

  /** Counts lengths one by one; for one thread. */
  public static final class Tally implements Serializable {
    private static final long serialVersionUID = 1L;

    private final long[] rows = new long[31];
    private long tokens;
    private int longest;

    public void add(int length) {
      rows[bucket(length)]++;
      tokens += length;
      longest = Math.max(longest, length);
    }

    public void add(LengthHistogram other) {
      other.buckets.forEach(b -> rows[bucket(b.upTo)] += b.rows);
      tokens += other.tokens;
      longest = Math.max(longest, other.longest);
    }

    public LengthHistogram histogram() {
      List<Bucket> buckets = new ArrayList<>();
      for (int i = 0; i < rows.length; i++) {
        if (rows[i] > 0) {
          buckets.add(new Bucket(1 << i, rows[i]));
        }
      }
      return new LengthHistogram(tokens, longest, buckets);
    }

    /** The smallest i with length ≤ 2^i; everything above 2^30 goes to 30. */
    private static int bucket(int length) {
      return length <= 1
          ? 0
          : Math.min(30, Integer.SIZE - Integer.numberOfLeadingZeros(length - 1));
    }
  }
}
