package org.sparklora.train;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import org.sparklora.config.Settings;

/**
 * Where the values of flags came from, for those who read of a run. All are equal: it makes no
 * other configuration.
 */
public final class ValueOrigins implements Serializable {
  private static final long serialVersionUID = 1L;

  static final ValueOrigins UNKNOWN = new ValueOrigins(Map.of());

  private final TreeMap<String, String> origins;

  ValueOrigins(Map<String, String> origins) {
    this.origins = new TreeMap<>(origins);
  }

  static ValueOrigins of(Settings flags) {
    Map<String, String> origins = new TreeMap<>();
    for (String name : TrainFlags.names()) {
      origins.put(name, flags.given(name).map(given -> given.origin()).orElse("default"));
    }
    return new ValueOrigins(origins);
  }

  /** The words for a flag; empty where they are not known. */
  public String of(String flag) {
    return origins.getOrDefault(flag, "");
  }

  Map<String, String> all() {
    return Map.copyOf(origins);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ValueOrigins;
  }

  @Override
  public int hashCode() {
    return 1;
  }
}
