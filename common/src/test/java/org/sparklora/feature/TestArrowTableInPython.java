package org.sparklora.feature;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sparklora.Fixtures.ints;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.Fixtures;
import org.sparklora.Python;
import org.sparklora.storage.Store;

/** Our Arrow tables in Hugging Face's {@code datasets}: the newest and 2.14.7. */
@Tag("python")
class TestArrowTableInPython {
  private static final TableLayout LAYOUT = TableFormat.ARROW.layout();
  private static final Store STORE = Store.local();

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"SPARKLORA_PYTHON", "SPARKLORA_PYTHON_OLD"})
  void loadFromDiskReadsTheRowsInOrder(String interpreter) {
    Python python = Python.from(interpreter);
    List<JsonNode> rows = Fixtures.lines("chatglm", "features.cut.jsonl");
    List<DataFile> files =
        List.of(
            write(0, rows.subList(0, 120)), write(1, List.of()), write(2, rows.subList(120, 200)));
    LAYOUT.finish(STORE, folder.toString(), files, RowColumns.ONE_SPAN);
    String printed =
        python.checkArtifacts(
            "features",
            folder.toString(),
            "--expect",
            Fixtures.path("chatglm", "features.cut.jsonl").toString());
    assertTrue(printed.contains("200 rows, columns ['input_ids', 'seq_len', 'length']"), printed);
    assertTrue(printed.contains("rows equal those of"), printed);
  }

  private DataFile write(int part, List<JsonNode> rows) {
    String name = LAYOUT.fileName("a1", part, 3, 0);
    try (ArrowTableWriter writer =
        ArrowTableWriter.create(STORE, folder.resolve(name).toString(), RowColumns.ONE_SPAN)) {
      rows.forEach(
          r -> writer.add(new FeatureRow(ints(r.get("input_ids")), r.get("seq_len").asInt())));
    }
    return LAYOUT.describe(STORE, folder.toString(), name);
  }
}
