package org.sparklora.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sparklora.Failure;
import org.sparklora.storage.Store;

/**
 * {@code _evaluation.json}: what was judged, and what it came to. See {@code
 * docs/spec/evaluation.md}.
 *
 * @param madeFrom all that decides the figures, by name
 */
public record EvaluationInfo(Map<String, String> madeFrom, List<Judged> judged) {
  public static final String FILE = "_evaluation.json";

  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  public EvaluationInfo {
    madeFrom = new LinkedHashMap<>(madeFrom);
    judged = List.copyOf(judged);
  }

  /** The names of what {@code other} was made from that differ. */
  List<String> differences(Map<String, String> other) {
    Set<String> names = new LinkedHashSet<>(other.keySet());
    names.addAll(madeFrom.keySet());
    return names.stream()
        .filter(n -> !madeFrom.getOrDefault(n, "").equals(other.getOrDefault(n, "")))
        .toList();
  }

  /** The finished evaluation in {@code folder}, if there is one. */
  public static Optional<EvaluationInfo> read(Store store, String folder) {
    String path = Store.child(folder, FILE);
    return store.exists(path) ? Optional.of(parse(store.readText(path), path)) : Optional.empty();
  }

  void write(Store store, String folder) {
    store.writeText(Store.child(folder, FILE), toJson());
  }

  String toJson() {
    ObjectNode node = JSON.createObjectNode().put("version", VERSION);
    ObjectNode origin = node.putObject("made_from");
    madeFrom.forEach(origin::put);
    for (Judged one : judged) {
      ObjectNode written = node.withArray("/evaluated").addObject();
      written.put("name", one.name()).put("rows", one.rows()).put("bad_rows", one.badRows());
      one.figures().forEach(written::put);
    }
    return node.toPrettyString() + "\n";
  }

  private static EvaluationInfo parse(String text, String path) {
    try {
      JsonNode node = JSON.readTree(text);
      if (node.path("version").asInt() != VERSION) {
        throw unreadable("its version is " + node.path("version"), path);
      }
      Map<String, String> madeFrom = new LinkedHashMap<>();
      node.path("made_from")
          .properties()
          .forEach(e -> madeFrom.put(e.getKey(), e.getValue().asText()));
      List<Judged> judged = new ArrayList<>();
      node.path("evaluated").forEach(one -> judged.add(judged(one)));
      return new EvaluationInfo(madeFrom, judged);
    } catch (JsonProcessingException e) {
      throw unreadable("it is not JSON", path);
    }
  }

  private static Judged judged(JsonNode node) {
    Map<String, Double> figures = new LinkedHashMap<>();
    node.properties().forEach(e -> figures.put(e.getKey(), e.getValue().asDouble()));
    figures.keySet().removeAll(Set.of("name", "rows", "bad_rows"));
    return new Judged(
        node.path("name").asText(),
        node.path("rows").asLong(),
        node.path("bad_rows").asLong(),
        figures);
  }

  private static Failure unreadable(String why, String path) {
    return Failure.input(
        "Cannot read the evaluation, %s: %s (expected version %d). Bring the file back, or change --output_dir."
            .formatted(why, path, VERSION));
  }
}
