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
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.sparklora.Failure;
import org.sparklora.storage.Store;

/**
 * The rows of one Arrow data file in order, one batch in memory at a time: ours, or LLM-Tuning's
 * with 64-bit integers and without {@code length}.
 *
 * <p>Holds native memory until closed.
 */
public final class ArrowTableReader implements Iterator<FeatureRow>, AutoCloseable {
  private static final int HEAD = 8; // ff ff ff ff, then the length of the schema's message

  private final String path;
  private final BufferAllocator allocator = new RootAllocator();
  private final ArrowStreamReader reader;
  private ListVector inputIds;
  private BaseIntVector ids;
  private BaseIntVector seqLen;
  private int nextInBatch;
  private int rowsInBatch;
  private long rowsBefore;

  private ArrowTableReader(String path, InputStream in) {
    this.path = path;
    this.reader = new ArrowStreamReader(in, allocator);
  }

  public static ArrowTableReader open(Store store, String path) {
    InputStream in = new BufferedInputStream(store.read(path), 1 << 16);
    ArrowTableReader rows = new ArrowTableReader(path, in);
    try {
      rows.checkHead(in, store.length(path));
      rows.findColumns();
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
    int from = inputIds.getElementStartIndex(row);
    int[] out = new int[inputIds.getElementEndIndex(row) - from];
    for (int i = 0; i < out.length; i++) {
      out[i] = number(ids, from + i, row);
    }
    return new FeatureRow(out, number(seqLen, row, row));
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

  private void findColumns() throws IOException {
    VectorSchemaRoot batch = reader.getVectorSchemaRoot();
    FieldVector list = batch.getVector(Columns.INPUT_IDS);
    FieldVector prompt = batch.getVector(Columns.SEQ_LEN);
    if (!(list instanceof ListVector ofIds)
        || !(ofIds.getDataVector() instanceof BaseIntVector ints)
        || !(prompt instanceof BaseIntVector lengths)) {
      throw new IOException("its columns are " + batch.getSchema().getFields());
    }
    inputIds = ofIds;
    ids = ints;
    seqLen = lengths;
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

  private int number(BaseIntVector vector, int index, int row) {
    long value = vector.isNull(index) ? -1 : vector.getValueAsLong(index);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw Failure.input(
          "Cannot read the feature table, row %d holds no token id or count: %s in %s (expected 0 to %d). Make the table again."
              .formatted(
                  rowsBefore + row,
                  vector.isNull(index) ? "null" : value,
                  path,
                  Integer.MAX_VALUE));
    }
    return (int) value;
  }

  private Failure damaged(Exception cause) {
    return Failure.input(
        "Cannot read the feature table, a data file is damaged or of another kind: %s (%s; expected an Arrow stream with input_ids and seq_len). Make the table again."
            .formatted(path, cause.getMessage()),
        cause);
  }
}
