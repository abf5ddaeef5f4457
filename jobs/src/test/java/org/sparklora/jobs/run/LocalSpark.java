package org.sparklora.jobs.run;

import org.apache.spark.sql.SparkSession;

/** The one local session of a test JVM: two cores, no web pages. */
public final class LocalSpark {
  private LocalSpark() {}

  public static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("tests")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.locality.wait", "0")
        .getOrCreate();
  }
}
