package org.sparklora.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sparklora.Failure;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/**
 * The folder of an export. {@link #MARKER}, written last, makes it whole and says what it holds;
 * until then {@link #UNFINISHED} says what is being written and what of it is there, so that the
 * same command goes on. Only one process may have it open.
 */
final class ExportFolder {
  static final String MARKER = "_export.json";
  static final String UNFINISHED = "_exporting.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Store store;
  private final String folder;
  private ObjectNode progress = JSON.createObjectNode();

  ExportFolder(Store store, String folder) {
    this.store = store;
    this.folder = folder;
  }

  /** How a file is written. */
  interface Writing {
    void to(OutputStream out) throws IOException;
  }

  /** What the finished export says of itself. */
  Optional<JsonNode> finished() {
    return read(MARKER);
  }

  /** Refuses a folder that holds something else. */
  void requireFree() {
    boolean isOurs = store.exists(path(MARKER)) || store.exists(path(UNFINISHED));
    Optional<StoredFile> other =
        store.list(folder).stream().filter(f -> !f.name().matches("[._].*")).findFirst();
    if (!isOurs && other.isPresent()) {
      throw Failure.usage(
          "Cannot export, the folder holds something else: %s with %s (expected an empty or new folder). Change --output_dir."
              .formatted(folder, other.get().name()));
    }
  }

  /**
   * Begins, or goes on with an unfinished export of this identity: another one's files go first.
   *
   * @param names of all files that will be written
   */
  void begin(String identity, Collection<String> names) {
    Optional<JsonNode> unfinished = read(UNFINISHED);
    if (unfinished.isPresent() && unfinished.get().path("identity").asText().equals(identity)) {
      progress = (ObjectNode) unfinished.get();
      return;
    }
    Set<String> old = new LinkedHashSet<>();
    for (Optional<JsonNode> there : List.of(unfinished, finished())) {
      there.ifPresent(node -> node.path("files").fieldNames().forEachRemaining(old::add));
    }
    progress = JSON.createObjectNode().put("identity", identity);
    ObjectNode files = progress.putObject("files");
    old.forEach(name -> files.put(name, -1));
    names.forEach(name -> files.put(name, -1));
    save();
    store.delete(path(MARKER));
    old.forEach(name -> store.delete(path(name)));
  }

  /** What was told of a file that is there already, whole. */
  Optional<JsonNode> kept(String name) {
    long bytes = progress.path("files").path(name).asLong(-1);
    boolean isWhole =
        bytes >= 0 && store.status(path(name)).filter(f -> f.length() == bytes).isPresent();
    return isWhole ? Optional.of(progress.path("told").path(name)) : Optional.empty();
  }

  /** Writes a file and asks the store whether all of it arrived. */
  void write(String name, Writing writing) {
    CountingStream counting;
    try (CountingStream out = new CountingStream(store.create(path(name)))) {
      counting = out;
      writing.to(out);
    } catch (IOException e) {
      throw Failure.storage(
          "Cannot export, the store failed: %s (expected %s to be written). Check the free space and run again."
              .formatted(e.getMessage(), path(name)),
          e);
    }
    long arrived = store.length(path(name));
    if (arrived != counting.count()) {
      throw Failure.storage(
          "Cannot export, the store does not hold what was written: %d bytes in %s (expected %d). Check the free space and run again."
              .formatted(arrived, path(name), counting.count()),
          null);
    }
    progress.withObject("/files").put(name, arrived);
  }

  /** Keeps what a file says of itself for a later run. */
  void tell(String name, JsonNode told) {
    progress.withObject("/told").set(name, told);
    save();
  }

  /** Writes the marker: from now on the folder is whole. */
  void finish(ObjectNode description) {
    ObjectNode files = description.putObject("files");
    progress
        .path("files")
        .properties()
        .forEach(
            file -> {
              if (file.getValue().asLong() >= 0) {
                files.set(file.getKey(), file.getValue());
              }
            });
    store.writeText(path(MARKER), description.toPrettyString() + "\n");
    store.delete(path(UNFINISHED));
  }

  private void save() {
    store.writeText(path(UNFINISHED), progress.toPrettyString() + "\n");
  }

  private Optional<JsonNode> read(String name) {
    if (!store.exists(path(name))) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readTree(store.readText(path(name)))).filter(JsonNode::isObject);
    } catch (JsonProcessingException e) {
      return Optional.empty(); // Cut off while it was written: nothing is known of the folder.
    }
  }

  private String path(String name) {
    return Store.child(folder, name);
  }
}
