package org.sparklora.jobs.train;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.SparkContext;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.HostName;
import org.sparklora.Log;
import org.sparklora.metric.LoggedStep;
import org.sparklora.report.RunRecord;
import org.sparklora.report.RunReport;
import org.sparklora.storage.Lease;
import org.sparklora.track.RunEvent.Kind;
import org.sparklora.track.RunHistory;
import org.sparklora.track.mlflow.MlflowTracker;
import org.sparklora.track.mlflow.RunState;
import org.sparklora.train.RunSettings;
import org.sparklora.train.Segment;

/** Those who look on at a run from its driver; none of them can hold it up, or end it. */
final class Onlookers implements AutoCloseable {
  private static final Log LOG = Log.of(Onlookers.class);

  private final RunSite site;
  private final RunPlan plan;
  private final RunHistory history;
  private final Optional<MlflowTracker> mlflow;
  private final TrainingSource source;
  private long faults;

  private Onlookers(
      RunSite site, RunPlan plan, RunHistory history, Optional<MlflowTracker> mlflow) {
    this.site = site;
    this.plan = plan;
    this.history = history;
    this.mlflow = mlflow;
    this.source = TrainingSource.open(plan.settings());
  }

  /** Begins to tell of a run whose output folder the lease holds. */
  static Onlookers open(RunSite site, RunPlan plan, Lease lease) {
    RunSettings run = plan.settings();
    RunHistory history =
        RunHistory.open(
            site.store(),
            site.output().folder(),
            run.runId(),
            () -> !lease.isLost() && !lease.isUncertain());
    Onlookers onlookers = new Onlookers(site, plan, history, MlflowOfRun.begin(site, run));
    history.add(Kind.STARTED, onlookers.newestStep(), onlookers.versions());
    return onlookers;
  }

  void generation(Segment segment, int ranks) {
    Map<String, String> words =
        Map.of(
            "generation", "" + segment.generation(), "ranks", "" + ranks, "to", "" + segment.to());
    history.add(Kind.GENERATION, segment.from(), words);
    tag("generation", segment.generation());
    tag("ranks", ranks);
  }

  /** A generation failed, and another one follows. */
  void failed(String message) {
    history.add(Kind.FAILED, newestStep(), Map.of("message", message));
    tag("faults", ++faults);
    source.failed();
  }

  void trained(List<String> warnings) {
    history.add(
        Kind.TRAINED,
        plan.settings().grid().steps(),
        Map.of(RunRecord.WARNINGS, String.join("\n", warnings)));
  }

  /** What a rank said of a logged step. */
  void logged(String json) {
    LoggedStep.of(json)
        .ifPresent(
            step -> {
              source.logged(step);
              mlflow.ifPresent(tracker -> tracker.log(step));
            });
  }

  void published() {
    mlflow.ifPresent(tracker -> MlflowOfRun.finish(tracker, site));
  }

  void ended(Failure failure) {
    ExitCode code = failure.exitCode();
    history.add(
        Kind.ENDED,
        newestStep(),
        Map.of("message", failure.getMessage(), "exit code", "" + code.code()));
    RunState state = code == ExitCode.STOPPED ? RunState.KILLED : RunState.FAILED;
    mlflow.ifPresent(tracker -> MlflowOfRun.end(tracker, state));
  }

  /** What is no failure of ours; Spark's are told in full elsewhere. */
  void brokeDown(Throwable thrown) {
    history.add(Kind.ENDED, newestStep(), Map.of("message", thrown.getClass().getName()));
    mlflow.ifPresent(tracker -> MlflowOfRun.end(tracker, RunState.FAILED));
  }

  /** What is published beside a step's adapter; nothing where it cannot be made. */
  Map<String, byte[]> files(long step, Map<String, byte[]> published) {
    try {
      RunRecord record = RunRecord.read(site.store(), site.output().folder(), plan.table().info());
      return RunReport.files(record.publishing(step, published), site.store());
    } catch (RuntimeException e) {
      LOG.warn("The report is not written, the adapter is published: {}", e.getMessage());
      LOG.debug("Why the report is not written", e);
      return Map.of();
    }
  }

  @Override
  public void close() {
    source.close();
  }

  private void tag(String name, long value) {
    mlflow.ifPresent(tracker -> tracker.tag(Map.of("sparklora." + name, "" + value)));
  }

  private long newestStep() {
    try {
      return site.output().newestStep(plan.settings().runId());
    } catch (Failure unknown) {
      LOG.debug("The newest step is not known", unknown);
      return -1;
    }
  }

  private Map<String, String> versions() {
    SparkContext context = site.session().sparkContext();
    Map<String, String> versions = new TreeMap<>();
    versions.put("application", context.applicationId());
    versions.put("driver", HostName.current());
    versions.put("Java", System.getProperty("java.vm.version"));
    versions.put("Spark", context.version());
    versions.put("master", context.master());
    versions.put(RunRecord.WARNINGS, String.join("\n", plan.notes()));
    return versions;
  }
}
