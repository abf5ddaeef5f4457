package org.sparklora.jobs.run;

import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.Utils;
import org.sparklora.Failure;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoreHome;
import org.sparklora.storage.StorePath;

/**
 * The paths that names on the command line stand for: a name with a scheme stays as it is; any
 * other is under the working directory in local mode and on {@code fs.defaultFS} otherwise.
 */
public record NamedPaths(StoreHome home) {
  public static NamedPaths of(SparkSession session) {
    SparkContext context = session.sparkContext();
    return of(context.hadoopConfiguration(), context.isLocal(), context.sparkUser());
  }

  /** The same without a session: what jobs with these settings mean. */
  public static NamedPaths of(SparkConf conf) {
    boolean local = conf.get("spark.master", "local").matches("local(\\[.*)?");
    return of(SparkHadoopUtil.get().newConfiguration(conf), local, Utils.getCurrentUserName());
  }

  private static NamedPaths of(Configuration hadoop, boolean local, String user) {
    String system = hadoop.get("fs.defaultFS", "file:///");
    return new NamedPaths(
        local || StorePath.isLocal(system)
            ? StoreHome.workingDirectory()
            : StoreHome.of(system, user));
  }

  public static NamedPaths workingDirectory() {
    return new NamedPaths(StoreHome.workingDirectory());
  }

  /** {@code --input_file}: a bare name lies in {@code data/}. */
  public String corpus(String name) {
    return resolve(StorePath.isBareName(name) ? "data/" + name : name);
  }

  /**
   * {@code --save_name} and {@code --tokenized_dataset}: a bare name lies in the tables' folder.
   */
  public String table(String name) {
    return resolve(StorePath.isBareName(name) ? "data/tokenized_data/" + name : name);
  }

  /** Any other path, as given. */
  public String resolve(String path) {
    return home.resolve(path);
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
}
