package org.sparklora.jobs.run;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.sparklora.Failure;
import org.sparklora.storage.Store;

/**
 * The paths that names on the command line stand for: a name with a scheme stays as it is; any
 * other is under the working directory in local mode and on {@code fs.defaultFS} otherwise.
 */
public final class NamedPaths {
  private static final Pattern SCHEME = Pattern.compile("^[a-zA-Z][a-zA-Z0-9+.-]*:.*");

  private final String root;
  private final String home;

  /**
   * @param root what goes before an absolute path without scheme ({@code hdfs://host}, or empty)
   * @param home the folder that relative paths start from
   */
  NamedPaths(String root, String home) {
    this.root = root;
    this.home = home;
  }

  public static NamedPaths of(SparkSession session) {
    String system = session.sparkContext().hadoopConfiguration().get("fs.defaultFS", "file:///");
    if (session.sparkContext().isLocal() || system.startsWith("file:")) {
      return workingDirectory();
    }
    String root = system.replaceFirst("/+$", "");
    return new NamedPaths(root, root + "/user/" + session.sparkContext().sparkUser());
  }

  public static NamedPaths workingDirectory() {
    return new NamedPaths("", Path.of("").toAbsolutePath().toString());
  }

  /** {@code --input_file}: a bare name lies in {@code data/}. */
  public String corpus(String name) {
    return isBare(name) ? resolve("data/" + name) : resolve(name);
  }

  /**
   * {@code --save_name} and {@code --tokenized_dataset}: a bare name lies in the tables' folder.
   */
  public String table(String name) {
    return isBare(name) ? resolve("data/tokenized_data/" + name) : resolve(name);
  }

  /** Any other path, as given. */
  public String resolve(String path) {
    if (SCHEME.matcher(path).matches()) {
      return path;
    }
    String trimmed = path.length() > 1 ? path.replaceFirst("/+$", "") : path;
    return trimmed.startsWith("/") ? root + trimmed : Store.child(home, trimmed);
  }

  /** A model folder: as given, or a hub name's folder under {@code weights/}; never downloaded. */
  public String model(Store store, String name) {
    List<String> tried = List.of(resolve(name), resolve("weights/" + name));
    for (String folder : tried) {
      if (store.exists(Store.child(folder, "config.json"))) {
        return folder;
      }
    }
    throw Failure.input(
        "Cannot open the model %s, no folder with a config.json: looked at %s (expected a model folder). Copy the model there; it is never downloaded."
            .formatted(name, String.join(" and ", tried)));
  }

  private static boolean isBare(String name) {
    return !name.contains("/") && !SCHEME.matcher(name).matches();
  }
}
