package org.sparklora.blend;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.sparklora.Failure;

/** How many rows each corpus of a mix gives. */
public final class BlendCounts {
  private BlendCounts() {}

  /**
   * The counts that were asked; of shares those of the largest mix that repeats no row, rounded by
   * the largest remainder, of equal ones the first.
   *
   * @param rows that each corpus has
   */
  public static List<Long> of(List<Portion> portions, List<Long> rows) {
    for (int i = 0; i < rows.size(); i++) {
      long wanted = portions.get(i).count().orElse(1L);
      if (rows.get(i) < wanted) {
        throw Failure.input(
            "Cannot mix corpora, one has too few rows: %d in %s (expected at least %d). Ask for fewer rows."
                .formatted(rows.get(i), portions.get(i).path(), wanted));
      }
    }
    if (portions.get(0).share().isPresent()) {
      return ofShares(portions.stream().map(p -> p.share().orElseThrow()).toList(), rows);
    }
    return IntStream.range(0, rows.size())
        .mapToObj(i -> portions.get(i).count().orElse(rows.get(i)))
        .toList();
  }

  private static List<Long> ofShares(List<BigDecimal> shares, List<Long> rows) {
    BigDecimal total =
        IntStream.range(0, rows.size())
            .mapToObj(
                i -> BigDecimal.valueOf(rows.get(i)).divide(shares.get(i), 0, RoundingMode.FLOOR))
            .min(Comparator.naturalOrder())
            .orElseThrow();
    List<BigDecimal> quotas = shares.stream().map(total::multiply).toList();
    List<Long> counts =
        new ArrayList<>(quotas.stream().map(q -> q.toBigInteger().longValueExact()).toList());
    long left = total.longValueExact() - counts.stream().mapToLong(Long::longValue).sum();
    IntStream.range(0, rows.size())
        .boxed()
        .sorted(
            Comparator.comparing((Integer i) -> quotas.get(i).remainder(BigDecimal.ONE)).reversed())
        .limit(left)
        .forEach(i -> counts.set(i, counts.get(i) + 1));
    if (counts.contains(0L)) {
      throw Failure.input(
          "Cannot mix corpora, a share comes to no row: %s of %d rows (expected at least one row). Raise the share in --input_file, or bring more rows."
              .formatted(shares.get(counts.indexOf(0L)).toPlainString(), total.longValueExact()));
    }
    return counts;
  }
}
