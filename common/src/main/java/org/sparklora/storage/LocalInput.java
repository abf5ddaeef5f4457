package org.sparklora.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A file of this machine; reading pieces does not fill the page cache, which training needs itself.
 */
final class LocalInput implements SeekableInput {
  private final String path;
  private final FileChannel channel;
  private final long length;
  private final Path file;
  private Optional<DirectReads> direct;

  LocalInput(String path, Path file) throws IOException {
    this.path = path;
    this.file = file;
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
    this.length = channel.size();
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public int read(long position, ByteBuffer target) {
    try {
      return StoreWatch.during("read the file", path, () -> channel.read(target, position));
    } catch (IOException e) {
      throw Store.failed("read the file", path, e);
    }
  }

  @Override
  public ByteBuffer readPiece(long position, int count, ByteBuffer space) {
    return readDirectly(position, count, space)
        .orElseGet(() -> SeekableInput.super.readPiece(position, count, space));
  }

  private Optional<ByteBuffer> readDirectly(long position, int count, ByteBuffer space) {
    Optional<DirectReads> reads = direct();
    try {
      return reads.isPresent()
          ? StoreWatch.during(
              "read the file", path, () -> reads.get().readPiece(position, count, space))
          : Optional.empty();
    } catch (IOException e) {
      // Some file systems accept the option and refuse to read; ordinary reads say what is wrong.
      return Optional.empty();
    }
  }

  @Override
  public synchronized void close() {
    try (channel) {
      if (direct != null && direct.isPresent()) {
        direct.get().close();
      }
    } catch (IOException e) {
      throw Store.failed("close the file", path, e);
    }
  }

  private synchronized Optional<DirectReads> direct() {
    if (direct == null) {
      direct = DirectReads.open(file);
    }
    return direct;
  }
}
