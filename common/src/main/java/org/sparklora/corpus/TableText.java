package org.sparklora.corpus;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import org.sparklora.Failure;

/** Text of a table: every line end is a line feed, and a row has a limit. */
final class TableText extends FilterReader {
  private final String file;
  private long read;
  private boolean returned;

  TableText(Reader in, String file) {
    super(in);
    this.file = file;
  }

  /** A row has ended. */
  void rowEnded() {
    read = 0;
  }

  @Override
  public int read() throws IOException {
    char[] one = new char[1];
    return read(one, 0, 1) < 0 ? -1 : one[0];
  }

  @Override
  public int read(char[] into, int from, int length) throws IOException {
    int kept = 0;
    while (kept == 0) {
      int count = in.read(into, from, length);
      if (count < 0) {
        return -1;
      }
      kept = withLineFeeds(into, from, count);
    }
    read += kept;
    if (read > SplitLines.longest()) {
      throw Failure.input(
          "Cannot read the corpus, a row of the table is too long: %s (expected at most %d characters). Look for a quotation mark that is not closed, or if it is meant so raise --size_limits."
              .formatted(file, SplitLines.longest()));
    }
    return kept;
  }

  /** In place; returns the new count. */
  private int withLineFeeds(char[] text, int from, int count) {
    int to = from;
    for (int i = from; i < from + count; i++) {
      char c = text[i];
      if (c != '\n' || !returned) {
        text[to++] = c == '\r' ? '\n' : c;
      }
      returned = c == '\r';
    }
    return to - from;
  }
}
