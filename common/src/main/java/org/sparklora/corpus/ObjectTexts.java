package org.sparklora.corpus;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Cuts UTF-8 text into its JSON objects, on however many lines they stand, in the memory of one.
 *
 * <p>Where an object is broken off, the next one is found: no text goes over a line's end, and a
 * brace opens an object only behind {@code [}, a comma or a colon.
 */
final class ObjectTexts {
  private final InputStream in;
  private final int longest;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream(256);
  private long line = 1;
  private long start;
  private int ahead;
  private int before;

  /** Of an object {@code longest} bytes are kept, and one more to show that there were others. */
  ObjectTexts(InputStream in, int longest) throws IOException {
    this.in = in;
    this.longest = longest;
    this.ahead = in.read();
  }

  /** The next object, or what stands on a line in its place; null at the end. */
  byte[] next() throws IOException {
    while (ahead >= 0 && " \t\r\n".indexOf(ahead) >= 0) {
      advance();
    }
    if (ahead < 0) {
      return null;
    }
    kept.reset();
    start = line;
    if (ahead == '{') {
      takeObject();
    } else {
      takeLine();
    }
    return kept.toByteArray();
  }

  /** The line that the last object began on, the first is 1. */
  long line() {
    return start;
  }

  private void takeLine() throws IOException {
    while (ahead >= 0 && !isLineEnd()) {
      take();
    }
  }

  private void takeObject() throws IOException {
    int depth = 0;
    int last = ',';
    do {
      boolean opens = ahead == '{' || ahead == '[';
      if (ahead == '{' && "[,:".indexOf(last) < 0) {
        return;
      }
      depth += opens ? 1 : ahead == '}' || ahead == ']' ? -1 : 0;
      last = " \t\r\n".indexOf(ahead) >= 0 ? last : ahead;
      if (ahead == '"' && !takeText()) {
        return;
      }
      take();
    } while (depth > 0 && ahead >= 0);
  }

  /** From the opening quote up to the closing one; false if there is none on the line. */
  private boolean takeText() throws IOException {
    take();
    while (ahead >= 0 && ahead != '"' && !isLineEnd()) {
      if (ahead == '\\') {
        take();
      }
      if (ahead >= 0 && !isLineEnd()) {
        take();
      }
    }
    return ahead == '"';
  }

  private boolean isLineEnd() {
    return ahead == '\n' || ahead == '\r';
  }

  private void take() throws IOException {
    if (kept.size() <= longest) {
      kept.write(ahead);
    }
    advance();
  }

  /** A carriage return and a line feed are one end. */
  private void advance() throws IOException {
    boolean ends = ahead == '\r' || (ahead == '\n' && before != '\r');
    line += ends ? 1 : 0;
    before = ahead;
    ahead = in.read();
  }
}
