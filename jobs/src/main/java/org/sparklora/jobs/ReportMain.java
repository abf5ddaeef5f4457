package org.sparklora.jobs;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.command.JobOutcome;
import org.sparklora.config.Option;
import org.sparklora.config.Options;
import org.sparklora.feature.FeatureTableInfo;
import org.sparklora.jobs.run.JobRun;
import org.sparklora.jobs.run.NamedPaths;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.report.RunRecord;
import org.sparklora.report.RunReport;
import org.sparklora.storage.Store;
import org.sparklora.train.RunSettings;

/** Writes the page of a run that is under way, or was, from anywhere that sees its folder. */
public final class ReportMain {
  private static final Log LOG = Log.of(ReportMain.class);

  private static final Options OPTIONS =
      Options.of(
          "report",
          "writes the page of a training run.",
          List.of(
              Option.text("output_dir", "The run's output folder.").mustBeGiven(),
              Option.text(
                      "report_file",
                      "Where the page goes; default is runs/<run>/report.html there.")
                  .defaultsTo("")));

  private ReportMain() {}

  public static void main(String[] arguments) {
    SparkConf conf = new SparkConf();
    JobOutcome outcome =
        JobRun.onConsole(
            OPTIONS,
            arguments,
            flags -> List.of(flags.text("output_dir"), flags.text("report_file")),
            given -> write(conf, given.get(0), given.get(1)));
    MainEnd.of(outcome, false);
  }

  static JobOutcome write(SparkConf conf, String outputDir, String file) {
    Store store = Store.with(SparkStorage.settings(conf));
    NamedPaths paths = NamedPaths.of(conf);
    String folder = paths.resolve(outputDir);
    RunRecord record = RunRecord.read(store, folder, table(store, paths, folder));
    String path =
        file.isEmpty()
            ? Store.child(folder, "runs/" + record.run().runId() + "/" + RunReport.PAGE)
            : paths.resolve(file);
    store.writeText(path, RunReport.page(record));
    return JobOutcome.done("Wrote the report to %s.".formatted(path), Map.of());
  }

  /** The table may be gone, or be another one by now. */
  private static Optional<FeatureTableInfo> table(Store store, NamedPaths paths, String folder) {
    try {
      return RunSettings.read(store, folder)
          .map(run -> paths.table(run.config().source().tokenizedDataset()))
          .flatMap(table -> FeatureTableInfo.read(store, table));
    } catch (Failure failure) {
      LOG.warn("The feature table is not told of: {}", failure.getMessage());
      return Optional.empty();
    }
  }
}
