package org.sparklora.jobs.run;

import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkConf;

/**
 * What every job wants of Spark and can still say in its own process, whoever submitted it: where
 * the user or the cluster chose otherwise, that stays.
 */
final class UsualSettings {
  private static final String NATIVES = "SPARKLORA_NATIVES";

  private static final Map<String, String> SETTINGS =
      Map.of(
          // Ranks start where a slot is free: rows are small, waiting for locality delays a
          // barrier.
          "spark.locality.wait", "0s",
          // A rank that hangs after its job was cancelled takes its JVM down, and frees its slot.
          "spark.task.reaper.enabled", "true",
          "spark.task.reaper.killTimeout", "60s",
          // Containers have no locale; Java would read names and texts as ASCII.
          "spark.executorEnv.LC_ALL", "C.UTF-8",
          // Threads of a step that wait for each other sleep after some microseconds instead of
          // milliseconds: where cores are shared, those that have work get them.
          "spark.executorEnv.GOMP_SPINCOUNT", "10000",
          "spark.sql.session.timeZone", "UTC",
          "spark.ui.showConsoleProgress", "false");

  private UsualSettings() {}

  /**
   * Those that nobody has made.
   *
   * @param environment of the driver
   * @param ofJob more of them
   */
  static Map<String, String> missing(
      SparkConf given, Map<String, String> environment, Map<String, String> ofJob) {
    Map<String, String> missing = new HashMap<>(SETTINGS);
    missing.putAll(ofJob);
    if (environment.containsKey(NATIVES)) {
      missing.put("spark.executorEnv." + NATIVES, environment.get(NATIVES));
    }
    missing.keySet().removeIf(given::contains);
    return missing;
  }
}
