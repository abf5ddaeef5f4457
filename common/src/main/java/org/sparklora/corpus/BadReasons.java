package org.sparklora.corpus;

import java.io.Serializable;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sparklora.corpus.CorpusRows.Located;
import org.sparklora.corpus.CorpusRows.Unit;
import org.sparklora.storage.SeekableInput;
import org.sparklora.storage.Store;

/** Why rows are bad, how often, and where for the first time. Holds no text of a row. */
public final class BadReasons implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Kinds of reasons that are told apart. */
  private static final int MOST_KINDS = 100;

  private final TreeMap<String, Seen> kinds = new TreeMap<>();
  private long count;

  /** Reasons that differ only in numbers are one kind. */
  public void add(Located at, CorpusRow.Bad bad) {
    Seen seen = new Seen(1, bad.reason(), at.file(), at.unit(), at.position());
    add(bad.reason().replaceAll("\\d+", "#"), seen);
    count++;
  }

  public void add(BadReasons others) {
    others.kinds.forEach(this::add);
    count += others.count;
  }

  /** Bad rows of all kinds. */
  public long count() {
    return count;
  }

  /** How often each kind of reason was met. */
  public SortedMap<String, Long> counts() {
    SortedMap<String, Long> counts = new TreeMap<>();
    kinds.forEach((kind, seen) -> counts.put(kind, seen.count));
    return counts;
  }

  /** The commonest reason and its first place, as a part of a sentence; not to be asked of none. */
  public String commonest(Store store) {
    Seen seen =
        kinds.values().stream()
            .min(Comparator.comparing(Seen::count).reversed().thenComparing(Seen.PLACE))
            .orElseThrow();
    return "most often: %s, as in %s%s".formatted(seen.reason, seen.file, place(store, seen));
  }

  private void add(String kind, Seen seen) {
    if (kinds.size() < MOST_KINDS || kinds.containsKey(kind)) {
      kinds.merge(kind, seen, Seen::plus);
    }
  }

  private static String place(Store store, Seen seen) {
    if (seen.position < 0) {
      return "";
    }
    return seen.unit == Unit.BYTE
        ? " at line " + line(store, seen.file, seen.position)
        : " at %s %d".formatted(seen.unit.word(), seen.position);
  }

  /** Counts the lines before an offset. */
  private static long line(Store store, String file, long offset) {
    try (SeekableInput input = store.open(file)) {
      SplitLines before = new SplitLines(input::read, 0, offset, 0);
      long line = 1;
      while (before.hasNext()) {
        before.next();
        line++;
      }
      return line;
    }
  }

  private record Seen(long count, String reason, String file, Unit unit, long position)
      implements Serializable {
    private static final long serialVersionUID = 1L;
    static final Comparator<Seen> PLACE =
        Comparator.comparing(Seen::file).thenComparing(Seen::position);

    Seen plus(Seen other) {
      Seen first = PLACE.compare(this, other) <= 0 ? this : other;
      return new Seen(count + other.count, first.reason, first.file, first.unit, first.position);
    }
  }
}
