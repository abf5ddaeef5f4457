package org.sparklora.corpus;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.LongConsumer;
import org.sparklora.SizeLimit;
import org.sparklora.storage.SeekableInput;

/**
 * The lines of one {@link CorpusSplit}, without their ends ({@code \n}, {@code \r\n} or {@code
 * \r}), in the memory of one line.
 *
 * <p>Does not close its input.
 */
final class SplitLines implements Iterator<byte[]> {
  private static final int BUFFER = 1 << 18;

  private final Source input;
  private final long end;
  private final int longest;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).limit(0);
  private long bufferStart;

  /** Tells {@code read} of bytes as they are read. */
  SplitLines(SeekableInput input, CorpusSplit split, LongConsumer read) {
    this(
        (position, target) -> {
          int bytes = input.read(position, target);
          read.accept(Math.max(0, bytes));
          return bytes;
        },
        split.start(),
        Math.min(split.end(), input.length()),
        longest());
  }

  SplitLines(SeekableInput input, CorpusSplit split, int longest) {
    this(input::read, split.start(), Math.min(split.end(), input.length()), longest);
  }

  SplitLines(Source input, long start, long end, int longest) {
    this.input = input;
    this.end = end;
    this.longest = longest;
    this.bufferStart = start;
    if (start > 0) {
      // The line that reaches over the border belongs to the split before.
      bufferStart = start - 1;
      if (hasNext()) {
        line(0);
      }
    }
  }

  /** What is kept of a line; a longer one arrives cut to one byte more. */
  static int longest() {
    return (int) Math.min(SizeLimit.TEXT.most(), Integer.MAX_VALUE - 16);
  }

  /** Bytes at ever higher positions, into what remains of {@code target}; -1 at the end. */
  interface Source {
    int read(long position, ByteBuffer target);
  }

  @Override
  public boolean hasNext() {
    return position() < end && filled();
  }

  @Override
  public byte[] next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return line(longest);
  }

  /** Offset of the next line in the file. */
  long position() {
    return bufferStart + buffer.position();
  }

  /**
   * Reads to the next line end or the end of the file, and keeps {@code most + 1} bytes at most.
   */
  private byte[] line(int most) {
    ByteArrayOutputStream kept = new ByteArrayOutputStream(256);
    while (filled()) {
      byte[] bytes = buffer.array();
      int from = buffer.position();
      int to = lineEnd(bytes, from, buffer.limit());
      kept.write(bytes, from, Math.min(to - from, most + 1 - kept.size()));
      if (to < buffer.limit()) {
        buffer.position(to + 1);
        passLineFeed(bytes[to]);
        break;
      }
      buffer.position(to);
    }
    return kept.toByteArray();
  }

  private static int lineEnd(byte[] bytes, int from, int limit) {
    int to = from;
    while (to < limit && bytes[to] != '\n' && bytes[to] != '\r') {
      to++;
    }
    return to;
  }

  /** A carriage return and a line feed are one end. */
  private void passLineFeed(byte end) {
    if (end == '\r' && filled() && buffer.get(buffer.position()) == '\n') {
      buffer.get();
    }
  }

  private boolean filled() {
    if (buffer.hasRemaining()) {
      return true;
    }
    bufferStart = position();
    buffer.clear();
    int count = input.read(bufferStart, buffer);
    buffer.flip();
    return count > 0;
  }
}
