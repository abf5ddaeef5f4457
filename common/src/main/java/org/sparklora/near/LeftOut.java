package org.sparklora.near;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The rows that repeat earlier ones, in eight bytes each. */
public final class LeftOut implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Map<Integer, long[]> equal;
  private final Map<Integer, long[]> near;

  private LeftOut(Map<Integer, long[]> equal, Map<Integer, long[]> near) {
    this.equal = equal;
    this.near = near;
  }

  /** How a row repeats an earlier one. */
  public enum Repeat {
    EQUAL("it repeats an earlier row"),
    NEAR("it nearly repeats an earlier row");

    private final String words;

    Repeat(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

  public static LeftOut of(List<RowPlace> equal, List<RowPlace> near) {
    return new LeftOut(byPart(equal), byPart(near));
  }

  private static Map<Integer, long[]> byPart(List<RowPlace> places) {
    Map<Integer, long[]> numbers = new HashMap<>();
    places.stream()
        .collect(Collectors.groupingBy(RowPlace::part))
        .forEach(
            (part, rows) ->
                numbers.put(part, rows.stream().mapToLong(RowPlace::number).sorted().toArray()));
    return numbers;
  }

  /** What a row repeats, if it does. */
  public Optional<Repeat> repeat(RowPlace place) {
    if (holds(equal, place)) {
      return Optional.of(Repeat.EQUAL);
    }
    return holds(near, place) ? Optional.of(Repeat.NEAR) : Optional.empty();
  }

  private static boolean holds(Map<Integer, long[]> rows, RowPlace place) {
    long[] numbers = rows.get(place.part());
    return numbers != null && Arrays.binarySearch(numbers, place.number()) >= 0;
  }

  public long count(Repeat repeat) {
    Map<Integer, long[]> rows = repeat == Repeat.EQUAL ? equal : near;
    return rows.values().stream().mapToLong(numbers -> numbers.length).sum();
  }
}
