package org.sparklora.blend;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which rows of several corpora are taken: of each those with the smallest keys, up to its
 * threshold.
 */
public final class Blend implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Takes every row. */
  public static final Blend ALL = new Blend(Map.of(), null);

  private final Map<String, Place> files;
  private final long[] thresholds;

  private Blend(Map<String, Place> files, long[] thresholds) {
    this.files = files;
    this.thresholds = thresholds;
  }

  /** A file's number in its corpus. */
  private record Place(int corpus, int file) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** Takes every row yet, but knows the order in which each corpus gives them. */
  public static Blend of(List<List<String>> filesByCorpus) {
    Map<String, Place> files = new HashMap<>();
    for (int c = 0; c < filesByCorpus.size(); c++) {
      List<String> names = filesByCorpus.get(c);
      for (int f = 0; f < names.size(); f++) {
        files.put(names.get(f), new Place(c, f));
      }
    }
    return new Blend(Map.copyOf(files), null);
  }

  /**
   * The first ranges of keys as they are.
   *
   * @param wanted rows of each corpus
   */
  public static Border border(KeyCounts counts, List<Long> wanted) {
    int[] ranges = new int[wanted.size()];
    for (int i = 0; i < ranges.length; i++) {
      ranges[i] = counts.rangeOf(i, wanted.get(i));
    }
    return new Border(ranges);
  }

  /** The ranges of keys in which the last rows that are taken lie. */
  public record Border(int[] ranges) implements Serializable {
    private static final long serialVersionUID = 1L;

    public boolean holds(RowKey key) {
      return KeyCounts.range(key.key()) == ranges[key.corpus()];
    }
  }

  /**
   * The rows that are wanted and no others.
   *
   * @param atBorder the keys that the border holds
   */
  public static Blend taking(
      Blend blend, KeyCounts counts, List<Long> wanted, Border border, List<RowKey> atBorder) {
    long[] last = new long[wanted.size()];
    for (int i = 0; i < last.length; i++) {
      int corpus = i;
      List<Long> keys = new ArrayList<>();
      atBorder.stream().filter(k -> k.corpus() == corpus).forEach(k -> keys.add(k.key()));
      keys.sort(Long::compareUnsigned);
      long within = wanted.get(i) - counts.before(i, border.ranges()[i]);
      last[i] = keys.get((int) within - 1);
    }
    return new Blend(blend.files, last);
  }

  /** Whether rows are left out. */
  public boolean chooses() {
    return thresholds != null;
  }

  /** A row's key; its file is one of the corpora's. */
  public RowKey key(String file, long place, String first, String second) {
    Place at = files.get(file);
    if (at == null) {
      throw new IllegalStateException("no file of the mix: " + file);
    }
    return RowKey.of(at.corpus(), at.file(), place, first, second);
  }

  public boolean takes(RowKey key) {
    return !chooses() || Long.compareUnsigned(key.key(), thresholds[key.corpus()]) <= 0;
  }

  public boolean takes(String file, long place, String first, String second) {
    return !chooses() || takes(key(file, place, first, second));
  }
}
