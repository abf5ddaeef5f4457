package org.sparklora.jobs.train;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparklora.Failure;
import org.sparklora.jobs.run.Outcome;
import org.sparklora.jobs.run.Places;
import org.sparklora.jobs.spark.DriverEndpoint;
import org.sparklora.jobs.spark.PreFlight;
import org.sparklora.jobs.spark.RankLayout;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.jobs.spark.StopSignal;
import org.sparklora.jobs.spark.Supervisor;
import org.sparklora.storage.Lease;
import org.sparklora.storage.StorageSettings;
import org.sparklora.tensor.NumberType;
import org.sparklora.train.FinalStage;
import org.sparklora.train.RunSettings;
import org.sparklora.train.TrainConfig;

/** Trains an adapter on a feature table with the ranks of barrier stages, and publishes it. */
public final class TrainJob {
  private static final Logger LOG = LoggerFactory.getLogger(TrainJob.class);

  private final TrainConfig config;
  private final StopSignal stop;
  private final Consumer<String> progress;
  private final RunSite site;

  private TrainJob(RunSite site, TrainConfig config, StopSignal stop, Consumer<String> progress) {
    this.site = site;
    this.config = config;
    this.stop = stop;
    this.progress = progress;
  }

  /**
   * Trains to the run's last step, or goes on with the run in the output folder.
   *
   * @param progress takes the lines that show how far it is
   */
  public static TrainResult run(
      SparkSession session, TrainConfig config, StopSignal stop, Consumer<String> progress) {
    StorageSettings storage = SparkStorage.settings(session);
    String outputDir = Places.of(session).resolve(config.saving().outputDir());
    RunSite site = new RunSite(session, storage, outputDir, new RankLayout(session.sparkContext()));
    return new TrainJob(site, config, stop, progress).run();
  }

  private TrainResult run() {
    PreFlight.checkExecutors(site.session().sparkContext().getConf());
    site.layout().awaitExecutor(config.cluster().executorWait());
    int named = config.cluster().numRanks();
    int ranks = named > 0 ? named : site.layout().usualRanks();
    RunPlan asked = RunPlan.of(site, config, ranks);
    OutputFolder output = new OutputFolder(site.store(), site.outputDir());
    RunSettings settings = output.claim(asked.settings());
    RunPlan plan = asked.with(settings);
    if (publishing(plan).isDone()) {
      return TrainResult.nothingToDo(settings, site.outputDir());
    }
    plan.start()
        .check(site.outputDir(), output.newestStep(settings.runId()), settings.grid().steps());
    checkMemory(plan);
    output.requireWritable();
    try (Lease lease = Lease.take(site.store(), site.outputDir())) {
      // Whoever held the lease until now may have begun a run here since we looked.
      RunPlan own = plan.with(output.claim(settings));
      return trainAndPublish(own, ranks, lease);
    }
  }

  private FinalStage publishing(RunPlan plan) {
    return new FinalStage(plan.settings(), site.store(), site.outputDir());
  }

  private void checkMemory(RunPlan plan) {
    RunSettings.Resolved resolved = plan.settings().resolved();
    NumberType type = BaseModel.type(resolved.baseDtype());
    boolean gpu = site.layout().hasGpus();
    if (type == NumberType.FP16 && !gpu) {
      LOG.warn("fp16 on a CPU is slow and overflows easily; bf16 or fp32 is better there");
    }
    PreFlight.checkMemory(
        site.session().sparkContext().getConf(),
        MemoryNeed.ofRank(plan.base().spec(), type, resolved.microBatchTokens(), gpu));
  }

  private TrainResult trainAndPublish(RunPlan plan, int ranks, Lease lease) {
    try {
      TrainResult result = train(plan, ranks, lease);
      publishing(plan).publish(action -> lease.check());
      result.outcome().write(site.store(), site.outputDir());
      return result;
    } catch (Failure e) {
      if (!lease.isLost() && !lease.isUncertain()) {
        Outcome.writeFailure(e, site.store(), site.outputDir());
      }
      throw e;
    }
  }

  private TrainResult train(RunPlan plan, int ranks, Lease lease) {
    String endpointName = "sparklora-" + plan.settings().runId();
    try (DriverEndpoint endpoint =
        DriverEndpoint.open(endpointName, () -> orders(lease), progress)) {
      TrainConfig.Cluster cluster = config.cluster();
      Supervisor.Ranks wanted =
          new Supervisor.Ranks(ranks, cluster.minRanks(), cluster.executorWait());
      Supervisor.Slots slots = site.layout().slotsForRanks();
      RunPlan settled = settled(plan, slots, wanted);
      TrainingAttempts attempts = new TrainingAttempts(site, settled, endpoint, endpointName);
      new Supervisor(slots, wanted, attempts::committedStep, progress)
          .run(
              committed -> {
                lease.check();
                TrainingAttempts.stopBetween(stop.isAsked(), committed);
                return committed < settled.settings().grid().steps();
              },
              attempts);
      return TrainResult.of(settled, attempts.last(), site.outputDir());
    }
  }

  /** Asks the hosts, and writes {@code _run.json}. */
  private RunPlan settled(RunPlan plan, Supervisor.Slots slots, Supervisor.Ranks wanted) {
    RunSettings before = plan.settings();
    Map<String, String> environment = new TreeMap<>();
    LongSupplier committed =
        () -> new OutputFolder(site.store(), site.outputDir()).newestStep(before.runId());
    new Supervisor(slots, wanted, committed, progress)
        .run(
            committedStep -> environment.isEmpty(),
            (number, ranks) -> environment.putAll(HostCheck.run(site, plan, ranks)));
    RunSettings settings =
        new RunSettings(
            before.runId(),
            before.config(),
            before.grid(),
            before.resolved(),
            before.provenance(),
            environment);
    RunSettings.read(site.store(), site.outputDir())
        .map(was -> was.environmentChanges(settings))
        .filter(changes -> !changes.isEmpty())
        .ifPresent(
            changes ->
                LOG.warn(
                    "Going on, but not equal bit by bit to an unbroken run: {}",
                    String.join("; ", changes)));
    settings.write(site.store(), site.outputDir());
    return plan.with(settings);
  }

  private DriverEndpoint.Order orders(Lease lease) {
    if (lease.isLost()) {
      return DriverEndpoint.Order.ABANDON;
    }
    if (lease.isUncertain()) {
      return DriverEndpoint.Order.WAIT;
    }
    return stop.isAsked() ? DriverEndpoint.Order.STOP : DriverEndpoint.Order.GO_ON;
  }
}
