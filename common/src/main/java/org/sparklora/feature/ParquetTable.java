package org.sparklora.feature;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.format.Util;
import org.sparklora.Failure;
import org.sparklora.storage.SeekableInput;
import org.sparklora.storage.Store;

/** The Parquet layout of a feature table: a file for each task that had rows. */
public final class ParquetTable {
  private static final int TAIL = 8; // length of the footer and "PAR1"
  private static final int MAGIC = 'P' | 'A' << 8 | 'R' << 16 | '1' << 24;

  private ParquetTable() {}

  /** The name of one task's file; every attempt at a part has its own. */
  public static String fileName(int part, int attempt) {
    String name = "part-%05d".formatted(part);
    return (attempt == 0 ? name : name + "-" + attempt) + ".parquet";
  }

  /** Reads a committed data file's footer: its rows and size. */
  public static DataFile describe(Store store, String folder, String name) {
    String path = Store.child(folder, name);
    try (SeekableInput file = store.open(path)) {
      ByteBuffer tail = read(file, Math.max(0, file.length() - TAIL), TAIL);
      int length = tail.getInt(0);
      if (tail.getInt(Integer.BYTES) != MAGIC || length < 0 || length > file.length() - TAIL) {
        throw damaged(path, null);
      }
      byte[] footer = read(file, file.length() - TAIL - length, length).array();
      long rows = Util.readFileMetaData(new ByteArrayInputStream(footer), true).getNum_rows();
      return new DataFile(name, rows, file.length());
    } catch (IOException e) {
      throw damaged(path, e);
    }
  }

  private static ByteBuffer read(SeekableInput file, long position, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    file.readFully(position, bytes);
    return bytes;
  }

  private static Failure damaged(String path, Exception cause) {
    return Failure.storage(
        "Cannot read the feature table back, a file is not whole: %s (expected Parquet). Check the store and run again."
            .formatted(path),
        cause);
  }
}
