package org.sparklora.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sparklora.Failure;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/** Shards without their index: their names, {@code model-00001-of-00002}, say which there are. */
final class NumberedShards {
  private static final Pattern NAME =
      Pattern.compile("(model|pytorch_model)-(\\d{1,9})-of-(\\d{1,9})\\.(safetensors|bin)");
  private static final int MOST = 10_000;

  private NumberedShards() {}

  /** All shards of a file of this name in their order; none where no shard of it lies there. */
  static List<String> find(Store store, String folder, String kind) {
    Set<String> there = new TreeSet<>();
    Set<String> totals = new TreeSet<>();
    for (StoredFile file : store.list(folder)) {
      Matcher name = NAME.matcher(file.name());
      if (name.matches() && kind.equals(name.group(1) + "." + name.group(4))) {
        there.add(file.name());
        totals.add(name.group(3));
      }
    }
    if (totals.size() > 1) {
      throw refused("its shards are of several models", "of " + totals, folder, "one number");
    }
    return there.isEmpty() ? List.of() : all(there, totals.iterator().next(), folder, kind);
  }

  private static List<String> all(Set<String> there, String total, String folder, String kind) {
    int count = Integer.parseInt(total);
    if (count < 1 || count > MOST) {
      throw refused("its shards are counted wrongly", count, folder, "1 to " + MOST);
    }
    int dot = kind.indexOf('.');
    List<String> paths = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      String number = "%0" + total.length() + "d";
      String name = kind.substring(0, dot) + "-" + number.formatted(i) + "-of-" + total;
      name += kind.substring(dot);
      if (!there.contains(name)) {
        throw refused("a shard is missing", name, folder, "all " + count);
      }
      paths.add(Store.child(folder, name));
    }
    return paths;
  }

  private static Failure refused(String why, Object actual, String folder, String expected) {
    return Failure.input(
        "Cannot load the model, %s: %s in %s (expected %s). Copy the whole model there."
            .formatted(why, actual, folder, expected));
  }
}
