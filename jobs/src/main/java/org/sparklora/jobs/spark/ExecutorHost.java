package org.sparklora.jobs.spark;

import org.apache.spark.SparkEnv;

/** The address under which Spark reaches this executor; its rank listens there too. */
public final class ExecutorHost {
  private ExecutorHost() {}

  public static String current() {
    return SparkEnv.get().blockManager().blockManagerId().host();
  }
}
