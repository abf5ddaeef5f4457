package org.sparklora.feature;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.sparklora.storage.Store;

/**
 * Writes the rows of one data file, an Arrow IPC stream, in batches of bounded size.
 *
 * <p>Holds native memory until closed; the file is complete only after {@link #close}.
 */
final class ArrowTableWriter implements TableLayout.Writer {
  private static final int BATCH_ROWS = 1000; // as datasets writes
  private static final int BATCH_IDS = 1 << 20;
  private static final ArrowType INTEGER = new ArrowType.Int(32, true);

  private final String path;
  private final CheckedOutputStream out;
  private final BufferAllocator allocator = new RootAllocator();
  private final VectorSchemaRoot batch;
  private final ListVector inputIds;
  private final IntVector ids;
  private final IntVector seqLen;
  private final IntVector length;
  private final Optional<ListVector> labelSpans;
  private final ArrowStreamWriter writer;
  private int rowsInBatch;
  private int idsInBatch;
  private int boundsInBatch;
  private long rows;

  private ArrowTableWriter(String path, OutputStream out, RowColumns columns) {
    this.path = path;
    this.out = new CheckedOutputStream(out, new CRC32C());
    this.batch = VectorSchemaRoot.create(schema(columns), allocator);
    this.inputIds = (ListVector) batch.getVector(Columns.INPUT_IDS);
    this.ids = (IntVector) inputIds.getDataVector();
    this.seqLen = (IntVector) batch.getVector(Columns.SEQ_LEN);
    this.length = (IntVector) batch.getVector(Columns.LENGTH);
    this.labelSpans = Optional.ofNullable((ListVector) batch.getVector(Columns.LABEL_SPANS));
    this.writer = new ArrowStreamWriter(batch, null, this.out);
  }

  /** Begins the file at {@code path}. */
  static ArrowTableWriter create(Store store, String path, RowColumns columns) {
    ArrowTableWriter writer = new ArrowTableWriter(path, store.create(path), columns);
    DataFile.writing(path, writer.writer::start);
    return writer;
  }

  @Override
  public void add(FeatureRow row) {
    inputIds.startNewValue(rowsInBatch);
    for (int id : row.inputIds()) {
      ids.setSafe(idsInBatch++, id);
    }
    inputIds.endValue(rowsInBatch, row.length());
    seqLen.setSafe(rowsInBatch, row.seqLen());
    length.setSafe(rowsInBatch, row.length());
    labelSpans.ifPresent(list -> addSpans(list, row.spanColumn()));
    rowsInBatch++;
    rows++;
    if (rowsInBatch == BATCH_ROWS || idsInBatch >= BATCH_IDS) {
      writeBatch();
    }
  }

  private void addSpans(ListVector list, int... bounds) {
    IntVector data = (IntVector) list.getDataVector();
    list.startNewValue(rowsInBatch);
    for (int bound : bounds) {
      data.setSafe(boundsInBatch++, bound);
    }
    list.endValue(rowsInBatch, bounds.length);
  }

  /** Rows added so far. */
  long rows() {
    return rows;
  }

  @Override
  public long checksum() {
    return out.getChecksum().getValue();
  }

  @Override
  public void close() {
    try (BufferAllocator closedLast = allocator;
        VectorSchemaRoot closedThen = batch;
        OutputStream closedFirst = out) {
      if (rowsInBatch > 0) {
        writeBatch();
      }
      DataFile.writing(path, writer::end);
    } catch (IOException e) {
      throw DataFile.notWritten(path, e);
    }
  }

  private void writeBatch() {
    batch.setRowCount(rowsInBatch);
    DataFile.writing(path, writer::writeBatch);
    batch.clear();
    rowsInBatch = 0;
    idsInBatch = 0;
    boundsInBatch = 0;
  }

  private static Schema schema(RowColumns columns) {
    List<Field> fields = new ArrayList<>();
    fields.add(integers(Columns.INPUT_IDS));
    fields.add(integer(Columns.SEQ_LEN));
    fields.add(integer(Columns.LENGTH));
    if (columns == RowColumns.SPANS) {
      fields.add(integers(Columns.LABEL_SPANS));
    }
    return new Schema(fields, Map.of("huggingface", SaveToDisk.schemaMetadata(columns)));
  }

  private static Field integers(String name) {
    Field item = new Field("item", FieldType.nullable(INTEGER), null);
    return new Field(name, FieldType.nullable(ArrowType.List.INSTANCE), List.of(item));
  }

  private static Field integer(String name) {
    return new Field(name, FieldType.nullable(INTEGER), null);
  }
}
