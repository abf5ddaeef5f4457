package org.sparklora.feature;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sparklora.Failure;
import org.sparklora.Sha256;
import org.sparklora.storage.Store;

/**
 * {@code _features.json}: what a table holds and what it was made from. Written last: a folder
 * without it is no finished table. See docs/spec/feature-table.md.
 *
 * @param dataFiles in order: a row's dense index is the rows of the files before it + its place in
 *     its file
 */
public record FeatureTableInfo(
    int version,
    TableFormat format,
    TableOrigin madeFrom,
    List<DataFile> dataFiles,
    TableCounts counts,
    LengthHistogram lengths,
    @JsonInclude(JsonInclude.Include.NON_NULL) ChatCounts chatCounts,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<MixedCorpus> mixed,
    @JsonInclude(JsonInclude.Include.NON_NULL) RepeatCounts repeats,
    @JsonInclude(JsonInclude.Include.NON_NULL) PromptClusters promptClusters) {
  /** The highest version known here; a higher one is refused. */
  static final int VERSION = 2;

  /** The version of tables whose rows have one span each, as all had once. */
  private static final int ONE_SPAN = 1;

  /** The file's name inside the table's folder. */
  public static final String FILE = "_features.json";

  /** Keys of {@code made_from} that came later, or that plain tables do without. */
  private static final List<String> MAYBE_ABSENT =
      List.of("encoding", "split", "chat", "mix", "dedup");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  public FeatureTableInfo {
    dataFiles = List.copyOf(dataFiles);
    mixed = mixed == null ? List.of() : List.copyOf(mixed);
  }

  /** A finished table of the lowest version that says all of it. */
  public static FeatureTableInfo of(
      TableFormat format,
      TableOrigin madeFrom,
      List<DataFile> dataFiles,
      TableCounts counts,
      LengthHistogram lengths) {
    return of(format, madeFrom, dataFiles, counts, lengths, null);
  }

  /** The same with the counts of its conversations; null for none. */
  public static FeatureTableInfo of(
      TableFormat format,
      TableOrigin madeFrom,
      List<DataFile> dataFiles,
      TableCounts counts,
      LengthHistogram lengths,
      ChatCounts chatCounts) {
    int version = madeFrom.columns() == RowColumns.SPANS ? VERSION : ONE_SPAN;
    return new FeatureTableInfo(
        version, format, madeFrom, dataFiles, counts, lengths, chatCounts, List.of(), null, null);
  }

  /**
   * The same of some rows only.
   *
   * @param corpora of a mix; empty for none
   * @param repeats what was left out; null where nothing was looked for
   * @param clusters of prompts; null where none were looked for
   */
  public FeatureTableInfo chosenFrom(
      List<MixedCorpus> corpora, RepeatCounts repeats, PromptClusters clusters) {
    return new FeatureTableInfo(
        version,
        format,
        madeFrom,
        dataFiles,
        counts,
        lengths,
        chatCounts,
        corpora,
        repeats,
        clusters);
  }

  /** Rows of all data files. */
  public long rows() {
    return dataFiles.stream().mapToLong(DataFile::rows).sum();
  }

  /** The names of the table's files beside this one. */
  Set<String> fileNames() {
    Set<String> names = new HashSet<>(format.layout().besideDataFiles());
    names.addAll(dataFileNames());
    return names;
  }

  /** The names of the data files, in order. */
  List<String> dataFileNames() {
    return dataFiles.stream().map(DataFile::name).toList();
  }

  /** Writes what stands beside the data files. */
  void finish(Store store, String folder) {
    format.layout().finish(store, folder, dataFiles, madeFrom.columns());
  }

  /** Marks the table in {@code folder} as finished. */
  public void write(Store store, String folder) {
    store.writeText(Store.child(folder, FILE), toJson());
  }

  /** The table's info, or nothing where the folder has none. */
  public static Optional<FeatureTableInfo> read(Store store, String folder) {
    String file = Store.child(folder, FILE);
    return store.exists(file) ? Optional.of(parse(store.readText(file), file)) : Optional.empty();
  }

  /** Equal for tables with the same rows in the same order, wherever they lie. */
  public String fingerprint() {
    return new Sha256().add(madeFrom + " " + counts + " " + lengths).fingerprint();
  }

  /** The file's text. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of numbers and texts is always JSON", e);
    }
  }

  private static FeatureTableInfo parse(String json, String file) {
    try {
      JsonNode tree = JSON.readTree(json);
      int version = tree.path("version").asInt();
      if (version > VERSION) {
        throw Failure.input(
            "Cannot read the feature table, it was written by a newer sparklora: version %d in %s (expected at most %d). Use that version, or tokenize again."
                .formatted(version, file, VERSION));
      }
      if (tree instanceof ObjectNode root) {
        root.putIfAbsent("chat_counts", root.nullNode());
        root.putIfAbsent("mixed", root.nullNode());
        root.putIfAbsent("repeats", root.nullNode());
        root.putIfAbsent("prompt_clusters", root.nullNode());
      }
      if (tree.path("made_from") instanceof ObjectNode madeFrom) {
        MAYBE_ABSENT.forEach(key -> madeFrom.putIfAbsent(key, madeFrom.nullNode()));
      }
      return JSON.treeToValue(tree, FeatureTableInfo.class);
    } catch (JsonProcessingException e) {
      if (e.getCause() instanceof Failure named) {
        throw named;
      }
      throw Failure.input(
          "Cannot read the feature table, its %s is damaged: %s (expected JSON as in docs/spec/feature-table.md). Bring the file back, or tokenize again with another --save_name."
              .formatted(FILE, file),
          e);
    }
  }
}
