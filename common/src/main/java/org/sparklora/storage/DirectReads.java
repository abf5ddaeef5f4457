package org.sparklora.storage;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A local file read past the page cache, in whole blocks of its file system. */
final class DirectReads implements AutoCloseable {
  /**
   * Up to three blocks are read in vain with every piece; network file systems report a megabyte.
   */
  static final int LARGEST_BLOCK = 1 << 16;

  private final FileChannel channel;
  private final int block;

  private DirectReads(FileChannel channel, int block) {
    this.channel = channel;
    this.block = block;
  }

  /** Empty where the file system does not offer it: ordinary reads give the same bytes. */
  static Optional<DirectReads> open(Path file) {
    try {
      long block = Files.getFileStore(file).getBlockSize();
      if (block > LARGEST_BLOCK) {
        return Optional.empty();
      }
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, ExtendedOpenOption.DIRECT);
      return Optional.of(new DirectReads(channel, (int) block));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /** As {@link SeekableInput#readPiece}; empty where the file ends too early. */
  Optional<ByteBuffer> readPiece(long position, int count, ByteBuffer space) throws IOException {
    int skip = (int) (position % block);
    ByteBuffer blocks = space.clear().alignedSlice(block);
    blocks.limit((skip + count + block - 1) / block * block);
    int read = channel.read(blocks, position - skip);
    return read < skip + count ? Optional.empty() : Optional.of(blocks.slice(skip, count));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
