package org.sparklora.predict;

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
import java.util.stream.Collectors;
import org.sparklora.Failure;
import org.sparklora.config.Given;
import org.sparklora.storage.PlainName;
import org.sparklora.storage.Store;

/**
 * {@code _predictions.json}: what a table of predictions holds and what it was made from. Written
 * last; a folder without it holds no table. See {@code docs/spec/predictions.md}.
 *
 * @param madeFrom all that decides the predictions, by name; equal maps give equal tables
 * @param decoding each value of decoding with where it came from; empty in older tables
 * @param files the data files in row order
 * @param badRows rows of the input that hold no prompt (or no target), left out
 * @param seconds from the first task's start to the last file's commit
 */
public record PredictionsInfo(
    PredictionFormat format,
    Map<String, String> madeFrom,
    Map<String, Given> decoding,
    List<PredictionFile> files,
    PredictionCounts counts,
    long badRows,
    double seconds) {
  public static final String FILE = "_predictions.json";

  private static final int VERSION = 1;
  private static final int LONGEST_SHOWN = 60;

  /** Where a model lies does not count: its fingerprints stand beside. */
  private static final Set<String> PLACES = Set.of("model_checkpoint", "adapter");

  private static final ObjectMapper JSON = new ObjectMapper();

  public PredictionsInfo {
    madeFrom = new LinkedHashMap<>(madeFrom);
    decoding = new LinkedHashMap<>(decoding);
    files = List.copyOf(files);
  }

  /** A data file of the table. */
  public record PredictionFile(String name, long rows, long bytes) {
    public PredictionFile {
      if (!PlainName.isOne(name)) {
        throw Failure.input(
            "Cannot read the table of answers, the name of a data file is none: '%s' (expected a file inside its folder). Make the table again in another --output_dir."
                .formatted(name));
      }
    }
  }

  /** Whether the input had targets to compare with. */
  public boolean hasTargets() {
    return !madeFrom.getOrDefault("target_key", "").isEmpty();
  }

  /** Exact matches per row; 0 for an empty table. */
  public double exactMatch() {
    return counts.rows() == 0 ? 0 : (double) counts.exactMatches() / counts.rows();
  }

  /** The names of the data files. */
  Set<String> fileNames() {
    return files.stream().map(PredictionFile::name).collect(Collectors.toSet());
  }

  /** What differs between this table and one made from {@code other}. */
  public List<String> differences(PredictionFormat otherFormat, Map<String, String> other) {
    List<String> differences = new ArrayList<>();
    note(differences, "format", format.word(), otherFormat.word());
    Set<String> names = new LinkedHashSet<>(other.keySet());
    names.addAll(madeFrom.keySet());
    names.removeAll(PLACES);
    names.forEach(
        n -> note(differences, n, madeFrom.getOrDefault(n, ""), other.getOrDefault(n, "")));
    return differences;
  }

  /** The finished table's info, if there is one in {@code folder}. */
  public static Optional<PredictionsInfo> read(Store store, String folder) {
    String path = Store.child(folder, FILE);
    return store.exists(path) ? Optional.of(parse(store.readText(path), path)) : Optional.empty();
  }

  public void write(Store store, String folder) {
    store.writeText(Store.child(folder, FILE), toJson());
  }

  String toJson() {
    ObjectNode node = JSON.createObjectNode();
    node.put("version", VERSION);
    node.put("format", format.word());
    node.put("rows", counts.rows());
    if (hasTargets()) {
      node.put("exact_matches", counts.exactMatches());
      node.put("exact_match", exactMatch());
    }
    node.put("new_tokens", counts.newTokens());
    node.put("cut_prompts", counts.cutPrompts());
    node.put("empty_prompts", counts.emptyPrompts());
    node.put("bad_rows", badRows);
    node.put("seconds", seconds);
    ObjectNode origin = node.putObject("made_from");
    madeFrom.forEach(origin::put);
    ObjectNode values = node.putObject("decoding");
    decoding.forEach(
        (name, given) ->
            values.putObject(name).put("value", given.value()).put("origin", given.origin()));
    for (PredictionFile file : files) {
      node.withArray("/files")
          .addObject()
          .put("name", file.name())
          .put("rows", file.rows())
          .put("bytes", file.bytes());
    }
    return node.toPrettyString() + "\n";
  }

  private static PredictionsInfo parse(String text, String path) {
    try {
      JsonNode node = JSON.readTree(text);
      if (node.path("version").asInt() != VERSION) {
        throw unreadable(path, "its version is " + node.path("version"));
      }
      return of(node);
    } catch (JsonProcessingException e) {
      throw unreadable(path, "it is not JSON");
    } catch (IllegalArgumentException e) {
      throw unreadable(path, "a value is none of ours");
    }
  }

  private static PredictionsInfo of(JsonNode node) {
    Map<String, String> madeFrom = new LinkedHashMap<>();
    node.path("made_from")
        .properties()
        .forEach(e -> madeFrom.put(e.getKey(), e.getValue().asText()));
    Map<String, Given> decoding = new LinkedHashMap<>();
    node.path("decoding")
        .properties()
        .forEach(
            e ->
                decoding.put(
                    e.getKey(),
                    new Given(
                        e.getValue().path("value").asText(),
                        e.getValue().path("origin").asText())));
    List<PredictionFile> files = new ArrayList<>();
    for (JsonNode file : node.path("files")) {
      files.add(
          new PredictionFile(
              file.path("name").asText(), file.path("rows").asLong(), file.path("bytes").asLong()));
    }
    PredictionCounts counts =
        new PredictionCounts(
            node.path("rows").asLong(),
            node.path("exact_matches").asLong(),
            node.path("new_tokens").asLong(),
            node.path("cut_prompts").asLong(),
            node.path("empty_prompts").asLong());
    return new PredictionsInfo(
        PredictionFormat.of(node.path("format").asText()),
        madeFrom,
        decoding,
        files,
        counts,
        node.path("bad_rows").asLong(),
        node.path("seconds").asDouble());
  }

  private static void note(List<String> differences, String name, String was, String now) {
    if (!was.equals(now)) {
      boolean isLong = was.length() > LONGEST_SHOWN || now.length() > LONGEST_SHOWN;
      differences.add(
          isLong ? name : "%s (%s there, %s now)".formatted(name, shown(was), shown(now)));
    }
  }

  private static String shown(String value) {
    return value.isEmpty() ? "none" : value;
  }

  private static Failure unreadable(String path, String why) {
    return Failure.input(
        "Cannot read the table of answers, %s: %s (expected version %d). Bring the file back, or change --output_dir."
            .formatted(why, path, VERSION));
  }
}
