package org.sparklora.corpus.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.chat.Message;
import org.sparklora.storage.Store;

/**
 * A dataset of LLaMA-Factory's {@code dataset_info.json}.
 *
 * @param fileName of its rows, beside the description; empty where it names none
 */
public record DatasetInfo(String fileName, RowShape shape) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Log LOG = Log.of(DatasetInfo.class);
  private static final List<String> UNKNOWN_COLUMNS =
      List.of("kto_tag", "chosen", "rejected", "images", "videos", "audios");
  private static final List<String> PASSED_OVER =
      List.of("num_samples", "split", "subset", "folder");
  private static final Map<String, String> ROLE_TAGS =
      Map.of(
          "user_tag", Message.USER,
          "assistant_tag", Message.ASSISTANT,
          "observation_tag", Message.TOOL,
          "function_tag", Message.ASSISTANT,
          "system_tag", Message.SYSTEM);

  /** Reads the entry {@code name} of {@code file}. */
  public static DatasetInfo read(Store store, String file, String name, Roles roles) {
    JsonNode root = json(store, file);
    JsonNode entry = root.path(name);
    if (!entry.isObject()) {
      List<String> names = new ArrayList<>();
      root.fieldNames().forEachRemaining(names::add);
      throw Failure.usage(
          "Cannot tokenize, --dataset names none of %s: %s (expected one of %s). Change it."
              .formatted(file, name, String.join(", ", names)));
    }
    if (entry.path("ranking").asBoolean()) {
      throw unusable(name, "ranking", "true", "rows with one answer");
    }
    UNKNOWN_COLUMNS.stream()
        .filter(entry.path("columns")::hasNonNull)
        .forEach(
            column -> {
              throw unusable(name, "columns", column, "texts, all of which are to be learned");
            });
    PASSED_OVER.stream()
        .filter(entry::hasNonNull)
        .forEach(key -> LOG.warn("{} of the dataset {} is passed over", key, name));
    return new DatasetInfo(entry.path("file_name").asText(""), shape(entry, name, roles));
  }

  private static RowShape shape(JsonNode entry, String name, Roles roles) {
    JsonNode tags = entry.path("tags");
    RowFormat format =
        switch (entry.path("formatting").asText("alpaca")) {
          case "alpaca" -> RowFormat.ALPACA;
          case "sharegpt", "openai" -> RowFormat.SHAREGPT;
          default ->
              throw unusable(
                  name,
                  "formatting",
                  entry.path("formatting").asText(),
                  "alpaca, sharegpt, openai");
        };
    Roles all = roles;
    for (Map.Entry<String, String> tag : new TreeMap<>(ROLE_TAGS).entrySet()) {
      if (tags.hasNonNull(tag.getKey())) {
        all = all.with(tags.path(tag.getKey()).asText(), tag.getValue());
      }
    }
    RowShape usual = RowShape.of(format, all);
    boolean openai = entry.path("formatting").asText().equals("openai");
    RowShape tagged =
        new RowShape(
            format,
            usual.columns(),
            tags.path("role_tag").asText(openai ? "role" : usual.roleKey()),
            tags.path("content_tag").asText(openai ? "content" : usual.contentKey()),
            all);
    Map<String, String> columns = new TreeMap<>();
    entry.path("columns").fields().forEachRemaining(c -> columns.put(c.getKey(), text(c)));
    return tagged.with(columns);
  }

  private static String text(Map.Entry<String, JsonNode> column) {
    return column.getValue().asText("");
  }

  private static JsonNode json(Store store, String file) {
    try {
      return JSON.readTree(store.readText(file));
    } catch (JsonProcessingException e) {
      throw Failure.input(
          "Cannot tokenize, the file of --dataset_info is no JSON: %s (expected LLaMA-Factory's dataset_info.json). Correct it."
              .formatted(file),
          e);
    }
  }

  private static Failure unusable(String name, String key, String found, String expected) {
    return Failure.input(
        "Cannot tokenize, the dataset is of a kind that is not known here: %s has %s %s (expected %s). Choose another --dataset."
            .formatted(name, key, found, expected));
  }
}
