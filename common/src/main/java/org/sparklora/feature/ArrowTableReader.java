package org.sparklora.feature;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.sparklora.Failure;
import org.sparklora.Vocabulary;
import org.sparklora.storage.Store;

/**
 * The rows of one Arrow data file in order, one batch in memory at a time: ours, LLM-Tuning's with
 * 64-bit integers and without {@code length}, or anybody's with ids and labels.
 *
 * <p>Holds native memory until closed.
 */
public final class ArrowTableReader implements Iterator<FeatureRow>, AutoCloseable {
  private static final Vocabulary ANY = new Vocabulary(Integer.MAX_VALUE);
  private static final int HEAD = 8; // ff ff ff ff, then the length of the schema's message

  private final String path;
  private final BufferAllocator allocator = new RootAllocator();
  private final ArrowStreamReader reader;
  private ArrowColumns columns;
  private int nextInBatch;
  private int rowsInBatch;
  private long rowsBefore;

  private final Vocabulary vocabulary;

  private ArrowTableReader(String path, InputStream in, Vocabulary vocabulary) {
    this.path = path;
    this.vocabulary = vocabulary;
    this.reader = new ArrowStreamReader(in, allocator);
  }

  public static ArrowTableReader open(Store store, String path) {
    return open(store, path, ANY);
  }

  /** A table of ready labels sets rows aside whose ids are not of {@code vocabulary}. */
  public static ArrowTableReader open(Store store, String path, Vocabulary vocabulary) {
    InputStream in = new BufferedInputStream(store.read(path), 1 << 16);
    ArrowTableReader rows = new ArrowTableReader(path, in, vocabulary);
    try {
      rows.checkHead(in, store.length(path));
      rows.columns = ArrowColumns.of(rows.reader.getVectorSchemaRoot());
      return rows;
    } catch (IOException | RuntimeException e) {
      rows.close();
      throw rows.damaged(e);
    }
  }

  @Override
  public boolean hasNext() {
    while (nextInBatch == rowsInBatch) {
      if (!loadBatch()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public FeatureRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    int row = nextInBatch++;
    try {
      return columns.row(row, vocabulary);
    } catch (ArrowColumns.NoNumber e) {
      throw noNumber(e, row);
    }
  }

  /** Reads to the end without looking at the rows. */
  long countRows() {
    while (loadBatch()) {
      nextInBatch = rowsInBatch;
    }
    return rowsBefore + rowsInBatch;
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw Failure.storage(
          "Cannot read the feature table, closing failed: %s (%s). Check the store and run again."
              .formatted(path, e.getMessage()),
          e);
    } finally {
      allocator.close();
    }
  }

  /** Arrow's reader would take any first word for a length and allocate that much. */
  private void checkHead(InputStream in, long fileLength) throws IOException {
    in.mark(HEAD);
    ByteBuffer head = ByteBuffer.wrap(in.readNBytes(HEAD)).order(ByteOrder.LITTLE_ENDIAN);
    in.reset();
    if (head.remaining() < HEAD || head.getInt() != -1 || head.getInt() > fileLength) {
      throw new IOException("not an Arrow IPC stream");
    }
  }

  private boolean loadBatch() {
    rowsBefore += rowsInBatch;
    rowsInBatch = 0;
    nextInBatch = 0;
    try {
      if (!reader.loadNextBatch()) {
        return false;
      }
      rowsInBatch = reader.getVectorSchemaRoot().getRowCount();
      return true;
    } catch (IOException | RuntimeException e) {
      throw damaged(e);
    }
  }

  private Failure noNumber(ArrowColumns.NoNumber e, int row) {
    return Failure.input(
        "Cannot read the feature table, row %d holds no token id or count: %s in %s (expected 0 to %d). Make the table again."
            .formatted(rowsBefore + row, e.getMessage(), path, Integer.MAX_VALUE),
        e);
  }

  private Failure damaged(Exception cause) {
    if (cause instanceof IllegalArgumentException && isCompressed(cause)) {
      return Failure.input(
          "Cannot read the feature table, a data file is compressed: %s (expected plain buffers, as save_to_disk of datasets writes them). Save it again without compression."
              .formatted(path),
          cause);
    }
    return Failure.input(
        "Cannot read the feature table, a data file is damaged or of another kind: %s (%s; expected an Arrow stream with input_ids and seq_len, or input_ids and labels). Make the table again."
            .formatted(path, cause.getMessage()),
        cause);
  }

  /** Arrow's reader asks for a module of its own then, which is not here. */
  private static boolean isCompressed(Exception cause) {
    return String.valueOf(cause.getMessage()).contains("arrow-compression");
  }
}
