package org.sparklora.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.sparklora.Sha256;

/** The commit marker of a folder: which files belong to it, their sizes and SHA-256. */
public record Manifest(Stamp stamp, SortedMap<String, Content> files) {
  static final int VERSION = 1;

  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Size and hash (lower-case hex) of one file. */
  public record Content(long size, String sha256) {}

  public Manifest {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  static Manifest of(Stamp stamp, Map<String, byte[]> files) {
    SortedMap<String, Content> contents = new TreeMap<>();
    files.forEach(
        (name, bytes) -> {
          if (!PLAIN_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                "Cannot write a checkpoint, a file's name is not plain: %s (expected letters, digits, ._-). Fix the caller."
                    .formatted(name));
          }
          contents.put(name, new Content(bytes.length, Sha256.of(bytes).hex()));
        });
    return new Manifest(stamp, contents);
  }

  /** Reads what {@link #toJson} writes; {@link Damage} says why it cannot. */
  static Manifest parse(String json) throws Damage {
    try {
      JsonNode root = JSON.readTree(json);
      if (root.path("format").asInt() != VERSION) {
        throw new Damage("its manifest has another format: " + root.path("format"));
      }
      String run = root.required("run_id").textValue();
      if (!PLAIN_NAME.matcher(run).matches()) {
        throw new Damage("its manifest names no run: '" + run + "'");
      }
      Stamp stamp =
          new Stamp(run, root.required("generation").intValue(), root.required("step").longValue());
      return new Manifest(stamp, contents(root.required("files")));
    } catch (JsonProcessingException | IllegalArgumentException | NullPointerException e) {
      throw new Damage("its manifest cannot be parsed");
    }
  }

  String toJson() {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", VERSION);
    root.put("run_id", stamp.runId());
    root.put("generation", stamp.generation());
    root.put("step", stamp.step());
    ObjectNode names = root.putObject("files");
    files.forEach(
        (name, content) ->
            names.putObject(name).put("size", content.size()).put("sha256", content.sha256()));
    return root.toPrettyString();
  }

  private static SortedMap<String, Content> contents(JsonNode files) throws Damage {
    SortedMap<String, Content> contents = new TreeMap<>();
    for (Map.Entry<String, JsonNode> file : files.properties()) {
      long size = file.getValue().required("size").longValue();
      String hash = file.getValue().required("sha256").textValue();
      if (!PLAIN_NAME.matcher(file.getKey()).matches()
          || size < 0
          || !SHA256.matcher(hash).matches()) {
        throw new Damage("its manifest has an impossible entry: " + file.getKey());
      }
      contents.put(file.getKey(), new Content(size, hash));
    }
    if (contents.isEmpty()) {
      throw new Damage("its manifest names no files");
    }
    return contents;
  }
}
