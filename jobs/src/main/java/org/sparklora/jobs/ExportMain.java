package org.sparklora.jobs;

import org.apache.spark.SparkConf;
import org.sparklora.SizeLimit;
import org.sparklora.VisibleText;
import org.sparklora.command.CommandRun;
import org.sparklora.command.JobOutcome;
import org.sparklora.config.Settings;
import org.sparklora.export.Export;
import org.sparklora.export.ExportConfig;
import org.sparklora.jobs.run.NamedPaths;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.storage.Store;

/** Writes adapters and merged models for other tools; needs Spark's settings, but no session. */
public final class ExportMain {
  private ExportMain() {}

  public static void main(String[] arguments) {
    SparkConf conf = new SparkConf();
    JobOutcome outcome =
        new CommandRun(ExportConfig.options(), System.out, System.err)
            .run(arguments, ExportMain::read, config -> export(conf, config));
    MainEnd.of(outcome, false);
  }

  static JobOutcome export(SparkConf conf, ExportConfig config) {
    Store store = Store.with(SparkStorage.settings(conf));
    NamedPaths paths = NamedPaths.of(conf);
    return Export.run(
        store,
        config.at(paths::resolve, name -> paths.model(store, name)),
        line -> System.out.println(VisibleText.of(line)));
  }

  private static ExportConfig read(Settings settings) {
    SizeLimit.multiply(settings.sizeLimits());
    return ExportConfig.of(settings);
  }
}
