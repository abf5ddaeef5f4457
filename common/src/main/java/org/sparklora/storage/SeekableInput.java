package org.sparklora.storage;

import java.nio.ByteBuffer;
import org.sparklora.Failure;

/** Reads a file at any position; every method may be called by several threads. */
public interface SeekableInput extends AutoCloseable {
  /** The path this input was opened with, for messages. */
  String path();

  /** Bytes in the file when it was opened. */
  long length();

  /** Reads some bytes into the rest of {@code target}; -1 at the end of the file. */
  int read(long position, ByteBuffer target);

  /** Fills the rest of {@code target} or fails, naming the offset where the file ends. */
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

  @Override
  void close();
}
