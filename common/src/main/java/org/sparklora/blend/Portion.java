package org.sparklora.blend;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sparklora.Failure;

/**
 * One corpus of a mix and how much of it is wanted.
 *
 * @param asked as the user wrote it
 * @param path of its files
 * @param share of all rows of the mix; empty where a number of rows is asked, or all
 * @param count of rows; empty where a share is asked, or all
 */
public record Portion(String asked, String path, Optional<BigDecimal> share, Optional<Long> count) {
  private static final Pattern NUMBERED =
      Pattern.compile("(.+)=([-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?)", Pattern.DOTALL);

  private static final Pattern COUNT = Pattern.compile("[-+]?\\d+");

  /**
   * Of several corpora, which all say a share, all a count, or none anything.
   *
   * @param namesFiles whether there are files of this name: a name may hold an equals sign and a
   *     number
   */
  public static List<Portion> of(List<String> asked, Predicate<String> namesFiles) {
    List<Portion> all = asked.stream().map(text -> of(text, namesFiles)).toList();
    long shares = all.stream().filter(p -> p.share().isPresent()).count();
    long counts = all.stream().filter(p -> p.count().isPresent()).count();
    if (Math.max(shares, counts) > 0 && Math.max(shares, counts) < all.size()) {
      throw refused(
          "some say a share, others a count or nothing",
          String.join(", ", asked),
          "all shares such as =0.7, all counts such as =1000, or none",
          "Write the same kind behind each");
    }
    BigDecimal sum =
        all.stream().flatMap(p -> p.share().stream()).reduce(BigDecimal.ZERO, BigDecimal::add);
    if (shares > 0 && sum.compareTo(BigDecimal.ONE) != 0) {
      throw refused("its shares do not add up", sum.toPlainString(), "1", "Change the shares");
    }
    return all;
  }

  private static Portion of(String asked, Predicate<String> namesFiles) {
    Matcher numbered = NUMBERED.matcher(asked);
    if (!numbered.matches() || namesFiles.test(asked)) {
      return new Portion(asked, asked, Optional.empty(), Optional.empty());
    }
    String path = numbered.group(1);
    String number = numbered.group(2);
    if (COUNT.matcher(number).matches()) {
      return new Portion(asked, path, Optional.empty(), Optional.of(count(asked, number)));
    }
    BigDecimal share = new BigDecimal(number);
    if (share.signum() <= 0 || share.compareTo(BigDecimal.ONE) > 0) {
      throw refused(
          "a share is out of range", asked, "above 0 and at most 1", "Change what stands behind =");
    }
    return new Portion(asked, path, Optional.of(share), Optional.empty());
  }

  private static long count(String asked, String number) {
    try {
      long count = Long.parseLong(number);
      if (count > 0) {
        return count;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw refused(
        "a count is out of range",
        asked,
        "at least 1; a share has a point, such as 0.7",
        "Change what stands behind =");
  }

  /** Whether only some of its rows are wanted. */
  public boolean isPart() {
    return share.isPresent() || count.isPresent();
  }

  private static Failure refused(String why, String actual, String expected, String advice) {
    return Failure.usage(
        "Cannot mix corpora, %s: %s (expected %s). %s in --input_file."
            .formatted(why, actual, expected, advice));
  }
}
