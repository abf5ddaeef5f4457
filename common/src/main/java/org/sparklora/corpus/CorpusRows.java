package org.sparklora.corpus;

import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.sparklora.storage.Store;

/** The rows of one task's splits, in order, in the memory of one row. */
public final class CorpusRows implements Iterator<CorpusRows.Located>, AutoCloseable {
  private final Store store;
  private final ExampleParser parser;
  private final Iterator<CorpusSplit> splits;
  private final LongConsumer read;
  private Rows rows = Rows.NONE;
  private Located ahead;

  public CorpusRows(Store store, ExampleParser parser, List<CorpusSplit> splits) {
    this(store, parser, splits, bytes -> {});
  }

  /**
   * The same.
   *
   * @param read hears of stored bytes as they are read
   */
  public CorpusRows(
      Store store, ExampleParser parser, List<CorpusSplit> splits, LongConsumer read) {
    this.store = store;
    this.parser = parser;
    this.splits = splits.iterator();
    this.read = read;
  }

  /**
   * A row and where it stands.
   *
   * @param position in {@code unit}s, for people; -1 where it is not known
   * @param place tells the row from all others of its file
   * @param line the line or object itself; empty where the row is none
   */
  public record Located(
      String file, Unit unit, long position, long place, CorpusRow row, Optional<byte[]> line) {
    /** A row that stands alone at its position. */
    public Located(String file, Unit unit, long position, CorpusRow row, Optional<byte[]> line) {
      this(file, unit, position, position, row, line);
    }
  }

  /** What a position counts. */
  public enum Unit {
    /** Offset of a line, from 0. */
    BYTE,
    /** Number of the line that a row begins on, from 1, as an editor has it. */
    LINE,
    /** Number of an array's element, from 0. */
    ELEMENT,
    /** Number of a row, from 0. */
    ROW;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public boolean hasNext() {
    while (ahead == null) {
      ahead = rows.next();
      if (ahead == null) {
        close();
        if (!splits.hasNext()) {
          return false;
        }
        rows = TextRows.open(store, splits.next(), parser, read);
      }
    }
    return true;
  }

  @Override
  public Located next() {
    if (ahead == null && !hasNext()) {
      throw new NoSuchElementException();
    }
    Located row = ahead;
    ahead = null;
    return row;
  }

  @Override
  public void close() {
    rows.close();
    rows = Rows.NONE;
  }
}
