package org.sparklora.feature;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.storage.PlainName;
import org.sparklora.storage.Store;

/** A folder in which {@code datasets} saved several tables under the names of their splits. */
final class SavedSplits {
  private static final Log LOG = Log.of(SavedSplits.class);
  private static final String FILE = "dataset_dict.json";

  private SavedSplits() {}

  static boolean isOne(Store store, String folder) {
    return store.exists(Store.child(folder, FILE));
  }

  /** The table of the first wanted split that is there, or of the only one. */
  static String table(Store store, String folder, List<String> wanted) {
    List<String> splits = names(store, folder);
    String split =
        splits.size() == 1
            ? splits.get(0)
            : wanted.stream()
                .filter(splits::contains)
                .findFirst()
                .orElseThrow(() -> undecided(folder, splits, wanted));
    LOG.info("Of the splits {} the table is {}", splits, split);
    return Store.child(folder, split);
  }

  private static List<String> names(Store store, String folder) {
    String file = Store.child(folder, FILE);
    List<String> names = new ArrayList<>();
    try {
      for (JsonNode split : new ObjectMapper().readTree(store.readText(file)).path("splits")) {
        names.add(split.asText());
      }
    } catch (JsonProcessingException e) {
      throw damaged(file, e);
    }
    if (names.isEmpty() || !names.stream().allMatch(PlainName::isOne)) {
      throw damaged(file, null);
    }
    return names;
  }

  private static Failure undecided(String folder, List<String> splits, List<String> wanted) {
    return Failure.input(
        "Cannot read the feature table, it holds several splits: %s in %s (expected one of %s). Name the folder of one."
            .formatted(String.join(", ", splits), folder, String.join(", ", wanted)));
  }

  private static Failure damaged(String file, Exception cause) {
    return Failure.input(
        "Cannot read the feature table, its dataset_dict.json is damaged: %s (expected splits with their names). Copy the table again."
            .formatted(file),
        cause);
  }
}
