package org.sparklora.jobs.train;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.jobs.spark.BarrierStage;
import org.sparklora.jobs.spark.Described;
import org.sparklora.jobs.spark.Supervisor;
import org.sparklora.storage.Store;
import org.sparklora.train.RunSettings;

/** Asks every rank's host, before weights are loaded, for what it sees. */
final class HostCheck {
  private static final Log LOG = Log.of(HostCheck.class);

  private HostCheck() {}

  /**
   * The run's settings with the environment of its hosts, written to the output folder. Fails when
   * a host does not see the base model or the output folder, or sees another base.
   */
  static RunSettings settle(RunSite site, RunPlan plan, Supervisor supervisor) {
    Seen seen = supervisor.once(ranks -> ask(site, plan, ranks));
    RunSettings settings =
        seen.smallest()
            .map(host -> plan.memory(site).fitInto(host.room(), "on " + host.host()))
            .orElse(plan.settings())
            .in(seen.environment());
    String folder = site.output().folder();
    RunSettings.read(site.store(), folder)
        .map(was -> was.environmentChanges(settings))
        .filter(changes -> !changes.isEmpty())
        .ifPresent(
            changes ->
                LOG.warn(
                    "Going on, but not equal bit by bit to an unbroken run: {}",
                    String.join("; ", changes)));
    settings.write(site.store(), folder);
    return settings;
  }

  /** What the hosts have in common, and the one with the least room, where rooms are known. */
  private record Seen(Map<String, String> environment, Optional<HostReport> smallest) {}

  private static Seen ask(RunSite site, RunPlan plan, int ranks) {
    try (Store.Probe probe = site.store().probe(site.output().folder());
        Described asking =
            Described.as(
                site.session().sparkContext(), "ask %d hosts what they see".formatted(ranks))) {
      String base = plan.settings().provenance().base();
      HostReport.Question question =
          new HostReport.Question(
              plan.setup(site, ranks), site.layout().devices(), base, probe.path());
      JavaRDD<Integer> tasks =
          JavaSparkContext.fromSparkContext(site.session().sparkContext())
              .parallelize(IntStream.range(0, ranks).boxed().toList(), ranks);
      List<HostReport> reports = BarrierStage.run(tasks, site.layout().claims(), question);
      return new Seen(
          environment(reports, base, ranks),
          reports.stream()
              .filter(HostReport::hasRoom)
              .min(Comparator.comparingLong(HostReport::room)));
    }
  }

  /** What makes two runs comparable bit by bit. */
  static Map<String, String> environment(List<HostReport> reports, String base, int ranks) {
    Map<String, String> environment = new TreeMap<>(reports.get(0).environment());
    for (HostReport report : reports) {
      if (!report.lack().isEmpty()) {
        throw Failure.cluster(report.lack());
      }
      if (!report.baseFingerprint().equals(base)) {
        throw Failure.cluster(
            "Cannot train, a host has another base model than the driver: %s on %s (expected %s). Copy the same model folder to every host."
                .formatted(report.baseFingerprint(), report.host(), base));
      }
      report
          .environment()
          .forEach(
              (key, value) ->
                  environment.merge(key, value, (a, b) -> a.equals(b) ? a : a + " | " + b));
    }
    environment.put("ranks", Integer.toString(ranks));
    return environment;
  }
}
