package org.sparklora.corpus;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.sparklora.storage.SeekableInput;
import org.sparklora.storage.Store;

/** The rows of one task's splits, in order, in the memory of one row. */
public final class CorpusRows implements Iterator<CorpusRows.Located>, AutoCloseable {
  private final Store store;
  private final ExampleParser parser;
  private final Iterator<CorpusSplit> splits;
  private Rows rows = Rows.NONE;
  private Located ahead;

  public CorpusRows(Store store, ExampleParser parser, List<CorpusSplit> splits) {
    this.store = store;
    this.parser = parser;
    this.splits = splits.iterator();
  }

  /**
   * A row and where it stands.
   *
   * @param position byte offset of a line, number of an array's element
   * @param line the line itself; empty where the row is an array's element
   */
  public record Located(String file, long position, CorpusRow row, Optional<byte[]> line) {}

  @Override
  public boolean hasNext() {
    while (ahead == null) {
      ahead = rows.next();
      if (ahead == null) {
        close();
        if (!splits.hasNext()) {
          return false;
        }
        rows = open(splits.next());
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

  private Rows open(CorpusSplit split) {
    return split.isArray()
        ? new ArrayOf(
            split.file(), JsonArrayRows.open(parser, store.read(split.file()), split.file()))
        : new LinesOf(split, store.open(split.file()), parser);
  }

  /** The rows of one split; {@code null} at its end. */
  private interface Rows {
    Rows NONE = () -> null;

    Located next();

    default void close() {}
  }

  private static final class ArrayOf implements Rows {
    private final String file;
    private final JsonArrayRows rows;
    private long position;

    ArrayOf(String file, JsonArrayRows rows) {
      this.file = file;
      this.rows = rows;
    }

    @Override
    public Located next() {
      return rows.hasNext() ? new Located(file, position++, rows.next(), Optional.empty()) : null;
    }

    @Override
    public void close() {
      rows.close();
    }
  }

  private static final class LinesOf implements Rows {
    private final CorpusSplit split;
    private final SeekableInput input;
    private final ExampleParser parser;
    private final SplitLines lines;

    LinesOf(CorpusSplit split, SeekableInput input, ExampleParser parser) {
      this.split = split;
      this.input = input;
      this.parser = parser;
      this.lines = new SplitLines(input, split);
    }

    @Override
    public Located next() {
      while (lines.hasNext()) {
        long position = lines.position();
        byte[] line = lines.next();
        Optional<CorpusRow> row =
            line.length > SplitLines.LONGEST
                ? Optional.of(new CorpusRow.Bad(CorpusRow.Bad.TOO_LONG, line))
                : parser.line(line);
        if (row.isPresent()) {
          return new Located(split.file(), position, row.get(), Optional.of(line));
        }
      }
      return null;
    }

    @Override
    public void close() {
      input.close();
    }
  }
}
