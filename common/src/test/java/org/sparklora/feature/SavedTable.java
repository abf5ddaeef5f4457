package org.sparklora.feature;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.FieldType;

/** A table of lists of numbers in the layout of {@code save_to_disk}. */
final class SavedTable {
  /** How Arrow says where a list begins. */
  enum Lists {
    PLAIN,
    LARGE,
    FIXED
  }

  private final Lists kind;
  private final Map<String, List<List<Integer>>> columns = new LinkedHashMap<>();

  SavedTable(Lists kind) {
    this.kind = kind;
  }

  SavedTable column(String name, List<List<Integer>> rows) {
    columns.put(name, rows);
    return this;
  }

  void save(Path folder) throws IOException {
    List<FieldVector> vectors = new ArrayList<>();
    try (BufferAllocator allocator = new RootAllocator()) {
      columns.forEach((name, rows) -> vectors.add(vector(name, rows, allocator)));
      try (VectorSchemaRoot root = new VectorSchemaRoot(vectors);
          OutputStream out = Files.newOutputStream(folder.resolve("data.arrow"));
          ArrowStreamWriter writer = new ArrowStreamWriter(root, null, out)) {
        root.setRowCount(columns.values().iterator().next().size());
        writer.writeBatch();
      }
    }
    Files.writeString(
        folder.resolve("state.json"), "{\"_data_files\": [{\"filename\": \"data.arrow\"}]}");
  }

  private FieldVector vector(String name, List<List<Integer>> rows, BufferAllocator allocator) {
    FieldType number = FieldType.nullable(new ArrowType.Int(64, true));
    return switch (kind) {
      case PLAIN -> {
        ListVector lists = ListVector.empty(name, allocator);
        BigIntVector values = (BigIntVector) lists.addOrGetVector(number).getVector();
        for (int i = 0; i < rows.size(); i++) {
          int from = lists.startNewValue(i);
          set(values, from, rows.get(i));
          lists.endValue(i, rows.get(i).size());
        }
        lists.setValueCount(rows.size());
        yield lists;
      }
      case LARGE -> {
        LargeListVector lists = LargeListVector.empty(name, allocator);
        BigIntVector values = (BigIntVector) lists.addOrGetVector(number).getVector();
        for (int i = 0; i < rows.size(); i++) {
          int from = (int) lists.startNewValue(i);
          set(values, from, rows.get(i));
          lists.endValue(i, rows.get(i).size());
        }
        lists.setValueCount(rows.size());
        yield lists;
      }
      case FIXED -> {
        int size = rows.get(0).size();
        FixedSizeListVector lists = FixedSizeListVector.empty(name, size, allocator);
        BigIntVector values = (BigIntVector) lists.addOrGetVector(number).getVector();
        for (int i = 0; i < rows.size(); i++) {
          set(values, lists.startNewValue(i), rows.get(i));
        }
        lists.setValueCount(rows.size());
        yield lists;
      }
    };
  }

  private static void set(BigIntVector values, int from, List<Integer> numbers) {
    for (int i = 0; i < numbers.size(); i++) {
      values.setSafe(from + i, numbers.get(i));
    }
  }
}
