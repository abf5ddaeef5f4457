package org.sparklora.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.sparklora.Fixtures;
import org.sparklora.storage.Store;
import org.sparklora.weights.SafetensorsFile;
import org.sparklora.weights.TensorValue;

/** Reference numbers of a family; see fixtures/README.md for how they were made. */
public final class Golden {
  private final String family;

  public Golden(String family) {
    this.family = family;
  }

  /** The folder with configuration and weights. */
  public String model() {
    return Fixtures.path(family, "model").toString();
  }

  public Map<String, TensorValue> tensors(String file) {
    return SafetensorsFile.readAll(
        Store.local(), Fixtures.path(family, "golden").resolve(file).toString());
  }

  public String folder(String name) {
    return Fixtures.path(family, "golden").resolve(name).toString();
  }

  /** golden.json */
  public JsonNode index() {
    try {
      return new ObjectMapper()
          .readTree(Fixtures.path(family, "golden").resolve("golden.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static int[] ids(TensorValue value) {
    return Arrays.stream(value.longs()).mapToInt(Math::toIntExact).toArray();
  }

  /** A row of the cut feature table. */
  public record Row(int[] ids, int promptLength) {}

  public List<Row> features() {
    List<Row> rows = new ArrayList<>();
    for (JsonNode line : Fixtures.lines(family, "features.cut.jsonl")) {
      rows.add(new Row(Fixtures.ints(line.get("input_ids")), line.get("seq_len").asInt()));
    }
    return rows;
  }

  /** The ids at which the fixtures' answers stop: those of config.json. */
  public Set<Integer> stopIds() {
    JsonNode index = index();
    int[] several = Fixtures.ints(index.path("stop_ids"));
    return several.length == 0
        ? Set.of(index.get("eos_token_id").asInt())
        : Arrays.stream(several).boxed().collect(Collectors.toSet());
  }

  /** How the fixtures trained this family. */
  public String policy() {
    return family.equals("baichuan") ? "all" : "target";
  }

  /**
   * Labels at the position that predicts them. {@code all}: every token; {@code target}: from the
   * last prompt token on; {@code answer}: from the first answer token on.
   */
  public static int[] labels(Row row, String policy) {
    int first =
        switch (policy) {
          case "all" -> 1;
          case "target" -> Math.max(1, row.promptLength() - 1);
          default -> Math.max(1, row.promptLength());
        };
    int[] labels = new int[row.ids().length];
    Arrays.fill(labels, PackedBatch.IGNORED);
    for (int i = first; i < row.ids().length; i++) {
      labels[i - 1] = row.ids()[i];
    }
    return labels;
  }

  /** Rows packed in this order; their positions in the step start at {@code position}. */
  public static PackedBatch pack(List<Row> rows, String policy, int position) {
    int[] starts = new int[rows.size() + 1];
    long[] positions = new long[rows.size()];
    for (int i = 0; i < rows.size(); i++) {
      starts[i + 1] = starts[i] + rows.get(i).ids().length;
      positions[i] = (long) position + i;
    }
    int[] ids = rows.stream().flatMapToInt(r -> Arrays.stream(r.ids())).toArray();
    int[] labels = rows.stream().flatMapToInt(r -> Arrays.stream(labels(r, policy))).toArray();
    return new PackedBatch(ids, starts, labels, positions);
  }
}
