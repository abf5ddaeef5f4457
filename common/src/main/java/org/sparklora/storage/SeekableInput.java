package org.sparklora.storage;

import java.nio.ByteBuffer;
import org.sparklora.Failure;

/** Reads a file at any position; every method may be called by several threads. */
public interface SeekableInput extends AutoCloseable {
  /** Bytes that {@link #readPiece} needs besides those it is asked for. */
  int ROOM = 3 * DirectReads.LARGEST_BLOCK;

  /** The path this input was opened with, for messages. */
  String path();

  /** Bytes in the file when it was opened. */
  long length();

  /** Reads some bytes into what remains of {@code target}; -1 at the end of the file. */
  int read(long position, ByteBuffer target);

  /** Fills what remains of {@code target} or fails, naming the offset where the file ends. */
  default void readFully(long position, ByteBuffer target) {
    long at = position;
    while (target.hasRemaining()) {
      int count = read(at, target);
      if (count < 0) {
        throw Failure.input(
            "Cannot read the file, it ends too early: %s at offset %d (expected %d more bytes). Copy it again."
                .formatted(path(), at, target.remaining()));
      }
      at += count;
    }
  }

  /**
   * Reads a piece of a large file that is read only once: where the store can, past the page cache.
   * Returns the {@code count} bytes, which lie somewhere in {@code space}, a direct buffer of at
   * least {@code count + ROOM}; all of that may be overwritten.
   */
  default ByteBuffer readPiece(long position, int count, ByteBuffer space) {
    readFully(position, space.clear().limit(count));
    return space.slice(0, count);
  }

  @Override
  void close();
}
