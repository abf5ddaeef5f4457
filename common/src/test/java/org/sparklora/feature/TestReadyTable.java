package org.sparklora.feature;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sparklora.Fixtures;
import org.sparklora.Vocabulary;
import org.sparklora.storage.Store;

/** Tables of ids and labels that datasets saved, and what their labels say. */
class TestReadyTable {
  private static final Map<String, String> WHY =
      Map.of(
          "labels_shorter", "ids and labels differ in length",
          "labels_longer", "ids and labels differ in length",
          "label_is_not_the_token", "label is not the id at its place",
          "id_out_of_vocabulary", "id beyond the vocabulary",
          "negative_id", "id beyond the vocabulary",
          "negative_label", "label is no id");

  @Test
  void labelsBecomeTheSpansTheySay() {
    List<FeatureRow> rows = rows("ready");
    List<JsonNode> expected = expected("ready");
    assertEquals(expected.size(), rows.size());
    for (int i = 0; i < rows.size(); i++) {
      List<Integer> bounds = new ArrayList<>();
      expected.get(i).path("spans").forEach(s -> s.forEach(b -> bounds.add(b.asInt())));
      assertEquals(bounds.toString(), rows.get(i).spans().toString(), "row " + i);
      assertEquals(expected.get(i).path("length").asInt(), rows.get(i).length());
    }
  }

  @Test
  void everyFaultIsSetAsideUnderItsName() {
    List<FeatureRow> rows = rows("ready_faults");
    List<JsonNode> expected = expected("ready_faults");
    assertEquals(expected.size(), rows.size());
    for (int i = 0; i < rows.size(); i++) {
      String fault = expected.get(i).path("fault").asText();
      assertEquals(
          WHY.getOrDefault(fault, ""), rows.get(i).fault().map(RowFault::words).orElse(""), fault);
      if (WHY.containsKey(fault)) {
        assertEquals(LabelSpans.NONE, rows.get(i).spans());
        assertEquals(0, rows.get(i).length());
      }
    }
    assertEquals(new LabelSpans(0, rows.get(1).length()), rows.get(1).spans());
    assertEquals(LabelSpans.NONE, rows.get(2).spans());
    assertEquals(LabelSpans.NONE, rows.get(9).spans());
    assertEquals(new LabelSpans(0, 1), rows.get(10).spans());
  }

  private static List<FeatureRow> rows(String name) {
    Store store = Store.local();
    FeatureTable table = FeatureTable.openTrusted(store, Fixtures.path("chat", name).toString());
    List<FeatureRow> rows = new ArrayList<>();
    for (DataFile file : table.dataFiles()) {
      try (ArrowTableReader reader =
          ArrowTableReader.open(store, table.path(file), new Vocabulary(544))) {
        reader.forEachRemaining(rows::add);
      }
    }
    assertFalse(rows.isEmpty());
    return rows;
  }

  private static List<JsonNode> expected(String name) {
    List<JsonNode> rows = new ArrayList<>();
    json(name).path("rows").forEach(rows::add);
    return rows;
  }

  private static JsonNode json(String name) {
    Path file = Fixtures.path("chat", "expected/" + name + ".json");
    return assertDoesNotThrow(() -> new ObjectMapper().readTree(file.toFile()));
  }
}
