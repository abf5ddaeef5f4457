package org.sparklora.feature;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.sparklora.storage.Store;

/**
 * Writes the rows of one data file as Parquet, column by column and without boxing an id, in row
 * groups of bounded size.
 *
 * <p>The file is complete only after {@link #close}.
 */
final class ParquetTableWriter implements TableLayout.Writer {
  private static final int GROUP_BYTES = 16 << 20; // encoded; what a task keeps in memory
  private static final int GROUP_CHECK = 64; // rows
  private static final MessageType ONE_SPAN =
      new MessageType(
          "features",
          integers(Columns.INPUT_IDS),
          Types.required(PrimitiveTypeName.INT32).named(Columns.SEQ_LEN),
          Types.required(PrimitiveTypeName.INT32).named(Columns.LENGTH));
  private static final MessageType SPANS =
      ONE_SPAN.union(new MessageType("features", integers(Columns.LABEL_SPANS)));
  // Ids packed in as many bits as their differences need: a dictionary costs more time than it
  // saves space, and nothing is left to compress.
  private static final ParquetProperties PROPERTIES =
      ParquetProperties.builder()
          .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_2_0)
          .withDictionaryEncoding(false)
          .build();

  private final String path;
  private final MessageType schema;
  private final CodecFactory codecs =
      new CodecFactory(new Configuration(false), PROPERTIES.getPageSizeThreshold());
  private final Output out;
  private final ParquetFileWriter file;
  private ColumnChunkPageWriteStore pages;
  private ColumnWriteStore columns;
  private ColumnWriter inputIds;
  private ColumnWriter seqLen;
  private ColumnWriter length;
  private Optional<ColumnWriter> labelSpans = Optional.empty();
  private long rows;

  private ParquetTableWriter(String path, Output out, MessageType schema) throws IOException {
    this.path = path;
    this.schema = schema;
    this.out = out;
    this.file =
        new ParquetFileWriter(
            out,
            schema,
            ParquetFileWriter.Mode.OVERWRITE,
            GROUP_BYTES,
            0,
            PROPERTIES.getColumnIndexTruncateLength(),
            PROPERTIES.getStatisticsTruncateLength(),
            PROPERTIES.getPageWriteChecksumEnabled());
    file.start();
    beginGroup();
  }

  /** Begins the file at {@code path}. */
  static ParquetTableWriter create(Store store, String path, RowColumns columns) {
    MessageType schema = columns == RowColumns.SPANS ? SPANS : ONE_SPAN;
    try {
      return new ParquetTableWriter(path, new Output(store.create(path)), schema);
    } catch (IOException e) {
      throw DataFile.notWritten(path, e);
    }
  }

  @Override
  public void add(FeatureRow row) {
    write(inputIds, row.inputIds());
    seqLen.write(row.seqLen(), 0, 0);
    length.write(row.length(), 0, 0);
    labelSpans.ifPresent(column -> write(column, row.spanColumn()));
    columns.endRecord();
    rows++;
    if (rows % GROUP_CHECK == 0 && columns.getBufferedSize() > GROUP_BYTES) {
      DataFile.writing(path, this::endGroup);
      beginGroup();
    }
  }

  private static void write(ColumnWriter list, int... values) {
    for (int i = 0; i < values.length; i++) {
      list.write(values[i], i == 0 ? 0 : 1, 1);
    }
    if (values.length == 0) {
      list.writeNull(0, 0);
    }
  }

  @Override
  public long checksum() {
    return out.out.getChecksum().getValue();
  }

  @Override
  public void close() {
    DataFile.writing(
        path,
        () -> {
          try (OutputStream closed = out) {
            endGroup();
            file.end(Map.of());
          } finally {
            codecs.release();
          }
        });
  }

  private void beginGroup() {
    pages =
        new ColumnChunkPageWriteStore(
            codecs.getCompressor(CompressionCodecName.UNCOMPRESSED),
            schema,
            new HeapByteBufferAllocator(),
            PROPERTIES.getColumnIndexTruncateLength());
    columns = PROPERTIES.newColumnWriteStore(schema, pages);
    inputIds = column(0);
    seqLen = column(1);
    length = column(2);
    labelSpans =
        schema.containsField(Columns.LABEL_SPANS) ? Optional.of(column(3)) : Optional.empty();
    rows = 0;
  }

  private ColumnWriter column(int index) {
    return columns.getColumnWriter(schema.getColumns().get(index));
  }

  private void endGroup() throws IOException {
    if (rows > 0) {
      file.startBlock(rows);
      columns.flush();
      pages.flushToFileWriter(file);
      file.endBlock();
    }
    columns.close();
  }

  private static Type integers(String name) {
    return Types.requiredList().requiredElement(PrimitiveTypeName.INT32).named(name);
  }

  /** A stream that knows how much was written, as Parquet wants it. */
  private static final class Output extends PositionOutputStream implements OutputFile {
    private final CheckedOutputStream out;
    private long written;

    Output(OutputStream out) {
      this.out = new CheckedOutputStream(out, new CRC32C());
    }

    @Override
    public PositionOutputStream create(long blockSize) {
      return this;
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSize) {
      return this;
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }

    @Override
    public long getPos() {
      return written;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      written++;
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      out.write(bytes, from, count);
      written += count;
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
