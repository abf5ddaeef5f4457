package org.sparklora.corpus;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;
import org.sparklora.Failure;
import org.sparklora.SizeLimit;
import org.sparklora.storage.SeekableInput;
import org.sparklora.storage.Store;

/** What the end of a Parquet file says about it: its columns, its rows, how they are compressed. */
record ParquetFooter(String file, long rows, List<ParquetColumn> columns) {
  private static final int TAIL = 8; // length of the footer and "PAR1"
  private static final int MAGIC = 'P' | 'A' << 8 | 'R' << 16 | '1' << 24;
  private static final int ENCRYPTED = 'P' | 'A' << 8 | 'R' << 16 | 'E' << 24;

  static ParquetFooter read(Store store, String path) {
    try (SeekableInput file = store.open(path)) {
      long end = file.length() - TAIL;
      if (end < 0) {
        throw notWhole(path, null);
      }
      ByteBuffer tail = bytes(file, end, TAIL);
      int length = tail.getInt(0);
      if (tail.getInt(Integer.BYTES) == ENCRYPTED) {
        throw Failure.input(
            "Cannot read the input, a Parquet file is encrypted: %s (expected a plain footer). Decrypt it first."
                .formatted(path));
      }
      if (tail.getInt(Integer.BYTES) != MAGIC || length < 0 || length > end) {
        throw notWhole(path, null);
      }
      SizeLimit.DESCRIPTION.require("read the input", "a Parquet footer", length, path);
      byte[] footer = bytes(file, end - length, length).array();
      return of(path, Util.readFileMetaData(new ByteArrayInputStream(footer)));
    } catch (IOException e) {
      throw notWhole(path, e);
    }
  }

  List<String> names() {
    return columns.stream().map(ParquetColumn::name).toList();
  }

  Optional<ParquetColumn> column(String name) {
    return columns.stream().filter(c -> c.name().equals(name)).findFirst();
  }

  private static ParquetFooter of(String path, FileMetaData found) {
    List<SchemaElement> tree = found.getSchema();
    tree.forEach(e -> checkKnown(path, e));
    List<ParquetColumn> columns = new ArrayList<>();
    // The root comes first, each column before what it is made of.
    for (int i = 1; i < tree.size(); i = behind(tree, i)) {
      String name = tree.get(i).getName();
      columns.add(
          ParquetColumn.of(
              tree.get(i), ParquetType.of(tree, i), codecs(found, name), longest(found, name)));
    }
    return new ParquetFooter(path, found.getNum_rows(), columns);
  }

  /** Spark's own reader breaks at a type of a later format, wanted or not. */
  private static void checkKnown(String path, SchemaElement element) {
    if (element.isSetLogicalType() && element.getLogicalType().getSetField() == null) {
      throw Failure.input(
          "Cannot read the input, this Spark does not know the type of a Parquet column: %s in %s (expected types up to format 2.9; half floats are later). Write the file again without it."
              .formatted(element.getName(), path));
    }
  }

  /** The index behind an element and everything in it. */
  private static int behind(List<SchemaElement> tree, int index) {
    int next = index + 1;
    for (int child = 0; child < tree.get(index).getNum_children() && next < tree.size(); child++) {
      next = behind(tree, next);
    }
    return next;
  }

  /** Names of the codecs of a column and all in it; an encrypted one has none. */
  private static List<String> codecs(FileMetaData found, String name) {
    return found.getRow_groups().stream()
        .flatMap(g -> g.getColumns().stream())
        .map(c -> c.getMeta_data())
        .filter(m -> m == null || isIn(m, name))
        .map(ParquetFooter::codec)
        .distinct()
        .toList();
  }

  /** Some value has at least so many bytes: the highest mean of a row group. */
  private static long longest(FileMetaData found, String name) {
    return found.getRow_groups().stream()
        .flatMap(g -> g.getColumns().stream())
        .map(c -> c.getMeta_data())
        .filter(m -> m != null && isIn(m, name))
        .mapToLong(m -> m.getTotal_uncompressed_size() / Math.max(1, m.getNum_values()))
        .max()
        .orElse(0);
  }

  private static boolean isIn(ColumnMetaData values, String column) {
    return values.getPath_in_schema().get(0).equals(column);
  }

  private static String codec(ColumnMetaData column) {
    return column == null ? ParquetColumn.ENCRYPTED : Objects.toString(column.getCodec(), "new");
  }

  private static ByteBuffer bytes(SeekableInput file, long position, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    file.readFully(position, bytes);
    return bytes;
  }

  private static Failure notWhole(String path, IOException cause) {
    String message =
        "Cannot read the input, a Parquet file is not whole: %s (expected its footer at the end). Copy it again."
            .formatted(path);
    return cause == null ? Failure.input(message) : Failure.input(message, cause);
  }
}
