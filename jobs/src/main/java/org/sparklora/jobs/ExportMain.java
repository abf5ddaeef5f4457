package org.sparklora.jobs;

import org.apache.spark.SparkConf;
import org.sparklora.command.JobOutcome;
import org.sparklora.export.Export;
import org.sparklora.export.ExportConfig;
import org.sparklora.jobs.run.JobRun;
import org.sparklora.jobs.run.NamedPaths;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.screen.Screen;
import org.sparklora.storage.Store;

/** Writes adapters and merged models for other tools; needs Spark's settings, but no session. */
public final class ExportMain {
  private ExportMain() {}

  public static void main(String[] arguments) {
    SparkConf conf = new SparkConf();
    JobOutcome outcome =
        JobRun.onConsole(
            ExportConfig.options(), arguments, ExportConfig::of, config -> export(conf, config));
    MainEnd.of(outcome, false);
  }

  static JobOutcome export(SparkConf conf, ExportConfig config) {
    Store store = Store.with(SparkStorage.settings(conf));
    NamedPaths paths = NamedPaths.of(conf);
    return Export.run(
        store,
        config.at(paths::resolve, name -> paths.model(store, name)),
        Screen.ofProcess()::say);
  }
}
