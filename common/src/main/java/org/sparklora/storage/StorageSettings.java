package org.sparklora.storage;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * The settings that open a file system, as Hadoop names them ({@code fs.s3a.endpoint}, without
 * Spark's {@code spark.hadoop.} prefix). They may hold secrets: only the keys are ever printed.
 */
public record StorageSettings(Map<String, String> hadoop) implements Serializable {
  private static final long serialVersionUID = 1L;

  public StorageSettings {
    hadoop = Map.copyOf(hadoop);
  }

  public static StorageSettings none() {
    return new StorageSettings(Map.of());
  }

  @Override
  public String toString() {
    return "StorageSettings" + new TreeMap<>(hadoop).keySet();
  }
}
