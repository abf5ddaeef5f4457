package org.sparklora.corpus;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.sparklora.corpus.CorpusRows.Located;
import org.sparklora.corpus.CorpusRows.Unit;
import org.sparklora.storage.SeekableInput;
import org.sparklora.storage.Store;

/** Opens the rows of a split, whatever its form is. */
final class TextRows {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private TextRows() {}

  static Rows open(Store store, CorpusSplit split, ExampleParser parser, LongConsumer read) {
    TextForm form = split.form();
    if (form.equals(TextForm.PLAIN_LINES)) {
      SeekableInput input = store.open(split.file());
      SplitLines lines = new SplitLines(input, split, read);
      return new LinesOf(split.file(), lines, Unit.BYTE, parser, input);
    }
    Rows rows =
        switch (form.shape()) {
          case LINES -> lines(split.file(), text(store, split, read), parser);
          case OBJECTS -> objects(split.file(), text(store, split, read), parser);
          case ARRAY ->
              array(split.file(), TextStream.utf8(store, split.file(), form, read), parser);
          case COMMAS, TABS -> TableRows.open(store, split.file(), form, parser, read);
        };
    boolean marked = !form.isUtf8() || rows instanceof TableRows;
    return marked ? new Checked(rows, form.charset()) : rows;
  }

  /** Without a byte order mark. */
  private static InputStream text(Store store, CorpusSplit split, LongConsumer read) {
    try {
      BufferedInputStream text =
          new BufferedInputStream(
              TextStream.utf8(store, split.file(), split.form(), read), 1 << 16);
      text.mark(BYTE_ORDER_MARK.length);
      if (!Arrays.equals(text.readNBytes(BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)) {
        text.reset();
      }
      return text;
    } catch (IOException e) {
      throw neverThrown(e);
    }
  }

  private static Rows lines(String file, InputStream text, ExampleParser parser) {
    ReadableByteChannel bytes = Channels.newChannel(text);
    SplitLines lines =
        new SplitLines(
            (position, into) -> read(bytes, into), 0, Long.MAX_VALUE, SplitLines.longest());
    return new LinesOf(file, lines, Unit.LINE, parser, () -> closed(text));
  }

  private static int read(ReadableByteChannel text, ByteBuffer into) {
    try {
      return text.read(into);
    } catch (IOException e) {
      throw neverThrown(e);
    }
  }

  private static Rows array(String file, InputStream text, ExampleParser parser) {
    JsonArrayRows rows = JsonArrayRows.open(parser, text, file);
    return new Rows() {
      private long position;

      @Override
      public Located next() {
        return rows.hasNext()
            ? new Located(file, Unit.ELEMENT, position++, rows.next(), Optional.empty())
            : null;
      }

      @Override
      public void close() {
        rows.close();
      }
    };
  }

  private static Rows objects(String file, InputStream in, ExampleParser parser) {
    try {
      ObjectTexts objects = new ObjectTexts(in, SplitLines.longest());
      return new Rows() {
        private long read;

        @Override
        public Located next() {
          try {
            byte[] text = objects.next();
            return text == null
                ? null
                : new Located(
                    file,
                    Unit.LINE,
                    objects.line(),
                    read++, // several may begin on one line
                    row(text, parser).orElseThrow(),
                    Optional.of(text));
          } catch (IOException e) {
            throw neverThrown(e);
          }
        }

        @Override
        public void close() {
          closed(in);
        }
      };
    } catch (IOException e) {
      throw neverThrown(e);
    }
  }

  /** Nothing for a blank line. */
  private static Optional<CorpusRow> row(byte[] text, ExampleParser parser) {
    return text.length > SplitLines.longest()
        ? Optional.of(new CorpusRow.Bad(CorpusRow.Bad.tooLong(), text))
        : parser.line(text);
  }

  private static void closed(InputStream text) {
    try {
      text.close();
    } catch (IOException e) {
      throw neverThrown(e);
    }
  }

  private static UncheckedIOException neverThrown(IOException e) {
    return new UncheckedIOException("a TextStream fails with a Failure", e);
  }

  /** Closes without a checked exception. */
  private interface Source extends AutoCloseable {
    @Override
    void close();
  }

  private static final class LinesOf implements Rows {
    private final String file;
    private final SplitLines lines;
    private final Unit unit;
    private final ExampleParser parser;
    private final Source source;
    private long read;

    LinesOf(String file, SplitLines lines, Unit unit, ExampleParser parser, Source source) {
      this.file = file;
      this.lines = lines;
      this.unit = unit;
      this.parser = parser;
      this.source = source;
    }

    LinesOf(String file, SplitLines lines, Unit unit, ExampleParser parser, SeekableInput source) {
      this(file, lines, unit, parser, (Source) source::close);
    }

    @Override
    public Located next() {
      while (lines.hasNext()) {
        long offset = lines.position();
        byte[] line = lines.next();
        read++;
        Optional<CorpusRow> row = row(line, parser);
        if (row.isPresent()) {
          long position = unit == Unit.BYTE ? offset : read;
          return new Located(file, unit, position, row.get(), Optional.of(line));
        }
      }
      return null;
    }

    @Override
    public void close() {
      source.close();
    }
  }
}
