package org.sparklora.corpus;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.univocity.parsers.common.TextParsingException;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.sparklora.Failure;
import org.sparklora.corpus.CorpusRows.Located;
import org.sparklora.corpus.CorpusRows.Unit;
import org.sparklora.storage.Store;

/** The rows of a table with commas or tabs, whose header names the fields; quoted as in CSV. */
final class TableRows implements Rows {
  private static final int MOST_COLUMNS = 20_000;
  private static final int BUFFER = 1 << 16;
  private static final char[] OTHER_DELIMITERS = {';', '\t', ',', '|'};

  private final String file;
  private final ExampleParser parser;
  private final TableText text;
  private final CsvParser rows;
  private final String[] header;

  private TableRows(String file, ExampleParser parser, TableText text, char delimiter) {
    this.file = file;
    this.parser = parser;
    this.text = text;
    this.rows = new CsvParser(settings(delimiter));
    String[] names = read(this::header);
    this.header = names == null ? new String[0] : names;
    if (header.length > 0 && header[0].indexOf(ExampleParser.BYTE_ORDER_MARK) == 0) {
      header[0] = header[0].substring(1);
    }
    refuseOtherDelimiter(delimiter);
    refuseRepeatedNames();
  }

  /** Which of two columns is meant nobody can say; unnamed ones and those not wanted may repeat. */
  private void refuseRepeatedNames() {
    Set<String> names = new HashSet<>();
    for (String name : header) {
      boolean wanted =
          parser.takesWholeRows()
              ? !name.isEmpty()
              : name.equals(parser.promptKey()) || name.equals(parser.targetKey());
      if (wanted && !names.add(name)) {
        throw Failure.input(
            "Cannot read the corpus, a table has two columns of one name: %s in %s (expected one). Rename one."
                .formatted(name, file));
      }
    }
  }

  /** A header that is one field, in which the wanted ones stand apart by something else. */
  private void refuseOtherDelimiter(char delimiter) {
    if (header.length != 1) {
      return;
    }
    for (char other : OTHER_DELIMITERS) {
      List<String> names =
          List.of(header[0].replace("\"", "").split(Pattern.quote(other + ""), -1));
      if (other != delimiter && names.size() > 1 && names.contains(parser.promptKey())) {
        throw Failure.input(
            "Cannot read the corpus, the fields of a table are separated by %s: %s (expected %s). Save it again, or as JSON."
                .formatted(
                    other == '\t' ? "tabs" : "'" + other + "'",
                    file,
                    delimiter == '\t' ? "tabs in a .tsv" : "commas in a .csv"));
      }
    }
  }

  private String[] header() {
    rows.beginParsing(text);
    return rows.parseNext();
  }

  static Rows open(
      Store store, String file, TextForm form, ExampleParser parser, LongConsumer read) {
    Reader characters =
        TextStream.reader(TextStream.unpacked(store, file, form.packing(), read), form.charset());
    char delimiter = form.shape() == TextForm.Shape.TABS ? '\t' : ',';
    return new TableRows(file, parser, new TableText(characters, file), delimiter);
  }

  @Override
  public Located next() {
    text.rowEnded();
    long line = rows.getContext().currentLine() + 1;
    String[] row = read(rows::parseNext);
    return row == null ? null : new Located(file, Unit.LINE, line, row(row), Optional.empty());
  }

  @Override
  public void close() {
    rows.stopParsing();
  }

  private CorpusRow row(String[] values) {
    Supplier<byte[]> content = () -> String.join("\t", values).getBytes(StandardCharsets.UTF_8);
    if (values.length != header.length) {
      return new CorpusRow.Bad(
          "it has %d fields and the header %d".formatted(values.length, header.length),
          content.get());
    }
    if (parser.takesWholeRows()) {
      ObjectNode row = JsonNodeFactory.instance.objectNode();
      for (int i = 0; i < values.length; i++) {
        row.put(header[i], values[i]);
      }
      return ExampleParser.whole(row.toString());
    }
    Fields fields = new Fields(parser.promptKey(), parser.targetKey());
    for (int i = 0; i < values.length; i++) {
      fields.take(header[i], JsonToken.VALUE_STRING, values[i]);
    }
    return fields.row(content);
  }

  private String[] read(Supplier<String[]> reading) {
    try {
      return reading.get();
    } catch (TextParsingException e) {
      // The library's message would show the text around.
      throw failure(e)
          .orElseGet(
              () ->
                  Failure.input(
                      "Cannot read the corpus, the table is malformed at line %d: %s (expected at most %d columns). Correct the file."
                          .formatted(e.getLineIndex() + 1, file, MOST_COLUMNS)));
    }
  }

  private static Optional<Failure> failure(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof Failure failure) {
        return Optional.of(failure);
      }
    }
    return Optional.empty();
  }

  private static CsvParserSettings settings(char delimiter) {
    CsvParserSettings settings = new CsvParserSettings();
    settings.getFormat().setDelimiter(delimiter);
    settings.getFormat().setLineSeparator("\n");
    settings.getFormat().setComment('\0');
    settings.setCommentProcessingEnabled(false);
    settings.setIgnoreLeadingWhitespaces(false);
    settings.setIgnoreTrailingWhitespaces(false);
    settings.setSkipBitsAsWhitespace(false);
    settings.setNullValue("");
    settings.setEmptyValue("");
    settings.setReadInputOnSeparateThread(false);
    settings.setInputBufferSize(BUFFER);
    // TableText has the limit; this one would be allocated at once.
    settings.setMaxCharsPerColumn(-1);
    settings.setMaxColumns(MOST_COLUMNS);
    return settings;
  }
}
