package org.sparklora.jobs.train;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sparklora.metric.LoggedSteps;
import org.sparklora.storage.Store;
import org.sparklora.track.mlflow.MlflowSession;
import org.sparklora.track.mlflow.MlflowTarget;
import org.sparklora.track.mlflow.MlflowTracker;
import org.sparklora.track.mlflow.RunState;
import org.sparklora.train.RunSettings;
import org.sparklora.train.RunWords;
import org.sparklora.train.Tracking;

/** What MLflow is told of a run, where flags name a server. */
final class MlflowOfRun {
  private static final List<String> ARTIFACTS =
      List.of("adapter_model.safetensors", "adapter_config.json", "README.md", "report.html");

  /** A large adapter takes a while; a server that does not answer is left earlier. */
  private static final Duration UPLOAD_LIMIT = Duration.ofMinutes(5);

  private static final Duration END_LIMIT = Duration.ofSeconds(10);

  private MlflowOfRun() {}

  /** Begins to tell; nothing where no server is named. */
  static Optional<MlflowTracker> begin(RunSite site, RunSettings run) {
    if (run.config().tracking().uri().isEmpty()) {
      return Optional.empty();
    }
    String folder = site.output().folder();
    MlflowTracker tracker =
        MlflowTracker.begin(
            session(site, run), () -> LoggedSteps.of(site.store(), folder, run.runId()));
    Map<String, String> tags = new TreeMap<>();
    RunWords.changing(run).forEach((name, value) -> tags.put("sparklora." + name, value));
    tracker.tag(tags);
    return Optional.of(tracker);
  }

  /** Delivers what an earlier command could not. */
  static void deliverRest(RunSite site, RunSettings run) {
    if (!run.config().tracking().uri().isEmpty() && !session(site, run).isDone()) {
      begin(site, run).ifPresent(tracker -> finish(tracker, site));
    }
  }

  static void finish(MlflowTracker tracker, RunSite site) {
    tracker.finish(RunState.FINISHED, () -> artifacts(site), UPLOAD_LIMIT);
  }

  static void end(MlflowTracker tracker, RunState state) {
    tracker.finish(state, Map::of, END_LIMIT);
  }

  private static MlflowSession session(RunSite site, RunSettings run) {
    Tracking asked = run.config().tracking();
    String folder = site.output().folder();
    String name = asked.runName().isEmpty() ? lastPart(folder) : asked.runName();
    MlflowTarget target = MlflowTarget.of(asked.uri(), asked.experiment(), name, System.getenv());
    return new MlflowSession(target, site.store(), folder, run.runId(), RunWords.lasting(run));
  }

  private static Map<String, byte[]> artifacts(RunSite site) {
    Map<String, byte[]> artifacts = new LinkedHashMap<>();
    for (String name : ARTIFACTS) {
      String path = Store.child(site.output().folder(), name);
      if (site.store().exists(path)) {
        artifacts.put(name, site.store().readBytes(path));
      }
    }
    return artifacts;
  }

  private static String lastPart(String folder) {
    String trimmed = folder.replaceFirst("/+$", "");
    return trimmed.substring(trimmed.lastIndexOf('/') + 1);
  }
}
