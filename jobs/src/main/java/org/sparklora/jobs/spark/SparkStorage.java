package org.sparklora.jobs.spark;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;
import org.sparklora.storage.StorePath;

/**
 * The storage that Spark's Hadoop settings describe, for the driver and as values for executors.
 */
public final class SparkStorage {
  /** {@code ipc.} says how long a client of HDFS keeps trying. */
  private static final List<String> PREFIXES = List.of("fs.", "dfs.", "hadoop.", "ipc.");

  private SparkStorage() {}

  /** What the user set for file systems; Hadoop's own defaults are left out. */
  public static StorageSettings settings(SparkSession session) {
    return settings(session.sparkContext().hadoopConfiguration());
  }

  /** The same without a session. */
  public static StorageSettings settings(SparkConf conf) {
    return settings(SparkHadoopUtil.get().newConfiguration(conf));
  }

  private static StorageSettings settings(Configuration configuration) {
    Map<String, String> set = new HashMap<>();
    for (Map.Entry<String, String> entry : configuration) {
      String key = entry.getKey();
      if (PREFIXES.stream().anyMatch(key::startsWith) && !isDefault(configuration, key)) {
        set.put(key, configuration.get(key));
      }
    }
    return new StorageSettings(set);
  }

  /**
   * A path in the form that Spark needs, whatever {@code fs.defaultFS} is. Like ours, Hadoop's
   * paths are not escaped.
   */
  public static String uri(Store store, String path) {
    return store.isLocal(path) ? "file:" + store.localPath(path).toAbsolutePath() : path;
  }

  /** The path that a URI of Spark stands for, which is escaped; local ones without a scheme. */
  public static String path(String uri) {
    String path = new Path(URI.create(uri)).toString();
    return StorePath.isLocal(path) ? path.replaceFirst("^file:/*", "/") : path;
  }

  private static boolean isDefault(Configuration configuration, String key) {
    String[] sources = configuration.getPropertySources(key);
    return sources != null
        && sources.length > 0
        && sources[sources.length - 1].endsWith("-default.xml");
  }
}
