package org.sparklora.feature;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import org.apache.parquet.format.Util;
import org.sparklora.Failure;
import org.sparklora.storage.SeekableInput;
import org.sparklora.storage.Store;

/** Parquet files, one for each task that had rows, and nothing beside them. */
final class ParquetLayout implements TableLayout {
  private static final int TAIL = 8; // length of the footer and "PAR1"
  private static final int MAGIC = 'P' | 'A' << 8 | 'R' << 16 | '1' << 24;

  @Override
  public String fileName(String run, int part, int parts, int attempt) {
    String name = "part-%05d-%s".formatted(part, run);
    return (attempt == 0 ? name : name + "-" + attempt) + ".parquet";
  }

  @Override
  public Writer writer(Store store, String path, RowColumns columns) {
    return ParquetTableWriter.create(store, path, columns);
  }

  /** Reads no more than the footer. */
  @Override
  public DataFile describe(Store store, String folder, String name) {
    String path = Store.child(folder, name);
    try (SeekableInput file = store.open(path)) {
      return new DataFile(name, rows(file), file.length());
    } catch (IOException e) {
      throw damaged(path, e);
    }
  }

  @Override
  public Set<String> besideDataFiles() {
    return Set.of();
  }

  @Override
  public void checkRows(Store store, String folder, DataFile listed) {
    String path = Store.child(folder, listed.name());
    try (SeekableInput file = store.open(path)) {
      long rows = rows(file);
      if (rows != listed.rows()) {
        throw TableLayout.wrongRows(path, rows, listed.rows());
      }
    } catch (IOException e) {
      throw Failure.input(
          "Cannot read the feature table, a data file is damaged: %s (expected Parquet). Copy the table again, or tokenize again with --overwrite."
              .formatted(path),
          e);
    }
  }

  @Override
  public void finish(Store store, String folder, List<DataFile> dataFiles, RowColumns columns) {}

  private static long rows(SeekableInput file) throws IOException {
    long end = file.length() - TAIL;
    if (end < 0) {
      throw new IOException("shorter than a footer");
    }
    ByteBuffer tail = read(file, end, TAIL);
    int length = tail.getInt(0);
    if (tail.getInt(Integer.BYTES) != MAGIC || length < 0 || length > end) {
      throw new IOException("no footer at its end");
    }
    byte[] footer = read(file, end - length, length).array();
    return Util.readFileMetaData(new ByteArrayInputStream(footer), true).getNum_rows();
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
