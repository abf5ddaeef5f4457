package org.sparklora.feature;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.storage.PlainName;
import org.sparklora.storage.Store;

/** The two JSON files beside the Arrow files of Hugging Face's {@code save_to_disk} layout. */
final class SaveToDisk {
  static final String STATE = "state.json";
  static final String INFO = "dataset_info.json";
  private static final String DATA_FILES = "_data_files";
  private static final ObjectMapper JSON = new ObjectMapper();

  private SaveToDisk() {}

  /**
   * Writes both files.
   *
   * @param fingerprint what {@code datasets} names its caches by: 16 hexadecimal digits
   */
  static void write(
      Store store, String folder, List<String> dataFiles, String fingerprint, RowColumns columns) {
    ObjectNode info = JSON.createObjectNode();
    info.put("citation", "").put("description", "");
    info.set("features", features(columns));
    info.put("homepage", "").put("license", "");
    store.writeText(Store.child(folder, INFO), info.toPrettyString() + "\n");

    ObjectNode state = JSON.createObjectNode();
    ArrayNode files = state.putArray(DATA_FILES);
    dataFiles.forEach(name -> files.addObject().put("filename", name));
    state.put("_fingerprint", fingerprint);
    state.putNull("_format_columns").putObject("_format_kwargs");
    state.putNull("_format_type").put("_output_all_columns", false).putNull("_split");
    store.writeText(Store.child(folder, STATE), state.toPrettyString() + "\n");
  }

  /** The same description of the columns as inside the Arrow schema. */
  static String schemaMetadata(RowColumns columns) {
    ObjectNode root = JSON.createObjectNode();
    root.putObject("info").set("features", features(columns));
    return root.toString();
  }

  /** Whether {@link #write} was last called with these files. */
  static boolean lists(Store store, String folder, List<String> dataFiles) {
    try {
      return dataFileNames(store, folder).equals(dataFiles);
    } catch (Failure noneOrDamaged) {
      if (noneOrDamaged.exitCode() == ExitCode.INPUT) {
        return false;
      }
      throw noneOrDamaged;
    }
  }

  /** The names of the data files in their order; none where the table has no rows. */
  static List<String> dataFileNames(Store store, String folder) {
    String file = Store.child(folder, STATE);
    List<String> names = new ArrayList<>();
    try {
      JsonNode files = JSON.readTree(store.readText(file)).path(DATA_FILES);
      if (!files.isArray()) {
        throw damaged(file, null);
      }
      files.forEach(data -> names.add(data.path("filename").asText()));
    } catch (JsonProcessingException e) {
      throw damaged(file, e);
    }
    if (!names.stream().allMatch(PlainName::isOne)) {
      throw damaged(file, null);
    }
    return names;
  }

  // The list type is called Sequence: datasets 4 and later write List, which 2 and 3 cannot read.
  private static ObjectNode features(RowColumns columns) {
    ObjectNode features = JSON.createObjectNode();
    features.set(Columns.INPUT_IDS, integers());
    features.set(Columns.SEQ_LEN, integer());
    features.set(Columns.LENGTH, integer());
    if (columns == RowColumns.SPANS) {
      features.set(Columns.LABEL_SPANS, integers());
    }
    return features;
  }

  private static ObjectNode integers() {
    ObjectNode list = JSON.createObjectNode();
    list.set("feature", integer());
    return list.put("_type", "Sequence");
  }

  private static ObjectNode integer() {
    return JSON.createObjectNode().put("dtype", "int32").put("_type", "Value");
  }

  private static Failure damaged(String file, Exception cause) {
    return Failure.input(
        "Cannot read the feature table, its state.json is damaged: %s (expected %s with file names). Copy the table again."
            .formatted(file, DATA_FILES),
        cause);
  }
}
