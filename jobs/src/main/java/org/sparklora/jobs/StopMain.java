package org.sparklora.jobs;

import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.sparklora.Failure;
import org.sparklora.command.JobOutcome;
import org.sparklora.config.Option;
import org.sparklora.config.Options;
import org.sparklora.jobs.run.JobRun;
import org.sparklora.jobs.run.NamedPaths;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.storage.Lease;
import org.sparklora.storage.StopFile;
import org.sparklora.storage.Store;

/** Asks the run that writes to a folder to save and end, from anywhere that sees the folder. */
public final class StopMain {
  private static final Options OPTIONS =
      Options.of(
          "stop",
          "asks a training run to save and end.",
          List.of(Option.text("output_dir", "The run's output folder.").mustBeGiven()));

  private StopMain() {}

  public static void main(String[] arguments) {
    SparkConf conf = new SparkConf();
    JobOutcome outcome =
        JobRun.onConsole(
            OPTIONS, arguments, flags -> flags.text("output_dir"), folder -> ask(conf, folder));
    MainEnd.of(outcome, false);
  }

  static JobOutcome ask(SparkConf conf, String outputDir) {
    Store store = Store.with(SparkStorage.settings(conf));
    String folder = NamedPaths.of(conf).resolve(outputDir);
    List<String> holders = Lease.holders(store, folder);
    if (holders.isEmpty()) {
      throw Failure.input(
          "Cannot stop a run, none holds the folder: %s (expected one at work there). Check --output_dir."
              .formatted(folder));
    }
    new StopFile(store, folder).write();
    return JobOutcome.done(
        "Asked the run in %s to save and end: %s.".formatted(folder, String.join("; ", holders)),
        Map.of());
  }
}
