package org.sparklora.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/**
 * One kind of file system; a missing file is a {@link java.io.FileNotFoundException} or NIO's own
 * exception.
 */
interface Backend {
  InputStream read(String path) throws IOException;

  SeekableInput open(String path) throws IOException;

  OutputStream create(String path) throws IOException;

  /** Overwrites; where the store can, a failure leaves what was there before. */
  void write(String path, byte[] content) throws IOException;

  /** False when the file exists. */
  boolean createNew(String path, byte[] content) throws IOException;

  Optional<StoredFile> status(String path) throws IOException;

  /** Direct children in any order; empty when the folder is missing or is a file. */
  List<StoredFile> list(String folder) throws IOException;

  /** Deletes one file or one empty folder; false when there was none. */
  boolean delete(String path) throws IOException;

  void deleteTree(String path) throws IOException;
}
