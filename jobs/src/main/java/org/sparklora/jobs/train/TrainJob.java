package org.sparklora.jobs.train;

import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.command.JobOutcome;
import org.sparklora.jobs.run.NamedPaths;
import org.sparklora.jobs.run.OutputPlace;
import org.sparklora.jobs.run.StopFileWatch;
import org.sparklora.jobs.spark.DriverEndpoint;
import org.sparklora.jobs.spark.FailedTasks;
import org.sparklora.jobs.spark.LeavingExecutors;
import org.sparklora.jobs.spark.PreFlight;
import org.sparklora.jobs.spark.RankLayout;
import org.sparklora.jobs.spark.SlotWatch;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.jobs.spark.StopSignal;
import org.sparklora.jobs.spark.Supervisor;
import org.sparklora.storage.Lease;
import org.sparklora.storage.StopFile;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberType;
import org.sparklora.tensor.Processor;
import org.sparklora.train.Cluster;
import org.sparklora.train.FinalStage;
import org.sparklora.train.MemoryPlan;
import org.sparklora.train.RunSettings;
import org.sparklora.train.TrainConfig;

/** Trains an adapter on a feature table with the ranks of barrier stages, and publishes it. */
public final class TrainJob {
  private static final Log LOG = Log.of(TrainJob.class);

  /** libtorch, CUDA's part in the host, and weights on their way to the GPU. */
  private static final long HOST_OF_GPU = 3L << 29;

  private final TrainConfig config;
  private final StopSignal stop;
  private final Consumer<String> progress;
  private final RunSite site;
  private final OutputPlace place;

  private TrainJob(RunSite site, TrainConfig config, StopSignal stop, Consumer<String> progress) {
    this.site = site;
    this.place =
        new OutputPlace(
            site.store(),
            site.output().folder(),
            OutputPlace.claim(site.session(), "--output_dir", config.cluster().leaseWait()));
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
    SlotWatch watch = new SlotWatch(progress, stop::isAsked, stop::by);
    return run(session, config, stop, progress, new RankLayout(session.sparkContext(), watch));
  }

  static TrainResult run(
      SparkSession session,
      TrainConfig config,
      StopSignal stop,
      Consumer<String> progress,
      RankLayout layout) {
    FailedTasks.hear(session.sparkContext());
    StorageSettings storage = SparkStorage.settings(session);
    String folder = NamedPaths.of(session).resolve(config.saving().outputDir());
    OutputFolder output = new OutputFolder(Store.with(storage), folder);
    RunSite site = new RunSite(session, storage, output, layout);
    return new TrainJob(site, config, stop, progress).run();
  }

  private TrainResult run() {
    return place.ending("train", site.output()::isOurs, this::goOnOrBegin);
  }

  private TrainResult goOnOrBegin() {
    String table = config.source().tokenizedDataset();
    place.apartFrom(NamedPaths.of(site.session()).table(table), "--tokenized_dataset");
    if (config.evaluation().isWanted()) {
      String heldOut = NamedPaths.of(site.session()).table(config.evaluation().dataset());
      place.apartFrom(heldOut, "--eval_dataset");
    }
    PreFlight.checkExecutors(site.session().sparkContext().getConf());
    int named = config.cluster().numRanks();
    site.layout().requirePossible(named);
    site.layout().awaitExecutor(config.cluster().executorWait());
    int ranks = named > 0 ? named : site.layout().usualRanks();
    RunPlan asked = RunPlan.of(site, config, ranks);
    asked.notes().forEach(progress);
    place.apartFrom(asked.base().folder(), "--model_checkpoint");
    asked.previousAdapter().ifPresent(p -> place.notAround(p, "--previous_lora_weights"));
    OutputFolder output = site.output();
    RunSettings settings = output.claim(asked.settings());
    RunPlan plan = asked.with(settings);
    if (publishing(plan).isDone()) {
      MlflowOfRun.deliverRest(site, settings);
      return TrainResult.nothingToDo(settings, site.output().folder());
    }
    plan.start()
        .check(
            site.output().folder(), output.newestStep(settings.runId()), settings.grid().steps());
    checkMemory(plan);
    warnOfNoWarmup();
    output.requireWritable();
    try (Lease lease = place.lease();
        StopFileWatch watch =
            StopFileWatch.begin(new StopFile(site.store(), output.folder()), stop)) {
      // Whoever held the lease until now may have begun a run here since we looked.
      RunPlan own = plan.with(output.claim(settings));
      output.beginAgain();
      TrainResult result = trainAndPublish(own, ranks, lease, watch);
      watch.takeAway();
      return result;
    }
  }

  private FinalStage publishing(RunPlan plan) {
    return new FinalStage(plan.settings(), site.store(), site.output().folder());
  }

  private void checkMemory(RunPlan plan) {
    RunSettings.Resolved resolved = plan.settings().resolved();
    NumberType type = resolved.baseDtype();
    boolean gpu = site.layout().processor() == Processor.GPU;
    if (type == NumberType.FP16 && !gpu) {
      LOG.warn("fp16 on a CPU is slow and overflows easily; bf16 or fp32 is better there");
    }
    MemoryPlan memory = plan.memory(site);
    long needed = gpu ? HOST_OF_GPU + memory.needs().pinned() : memory.least();
    PreFlight.checkMemory(site.session().sparkContext().getConf(), needed);
  }

  private void warnOfNoWarmup() {
    if (config.optimizer().schedule().ignoresWarmup()) {
      LOG.warn(
          "--lr_scheduler_type constant has no warm-up; constant_with_warmup has the one that is"
              + " asked for");
    }
  }

  private TrainResult trainAndPublish(RunPlan plan, int ranks, Lease lease, StopFileWatch watch) {
    try (Onlookers onlookers = Onlookers.open(site, plan, lease)) {
      return trainAndPublish(plan, ranks, lease, watch, onlookers);
    }
  }

  private TrainResult trainAndPublish(
      RunPlan plan, int ranks, Lease lease, StopFileWatch watch, Onlookers onlookers) {
    try {
      TrainResult result = train(plan, ranks, lease, onlookers);
      onlookers.trained(result.warnings());
      publishing(plan).after(result.segment()).publish(action -> lease.check(), onlookers::files);
      onlookers.published();
      place.tell(result.outcome());
      return result;
    } catch (Failure e) {
      if (!lease.isLost() && !lease.isUncertain()) {
        onlookers.ended(e);
        place.tell(e);
        if (e.exitCode() == ExitCode.STOPPED) {
          JobOutcome.afterFailure(e, watch::takeAway);
        }
      }
      throw e;
    } catch (RuntimeException | Error e) {
      onlookers.brokeDown(e);
      throw e;
    }
  }

  private TrainResult train(RunPlan plan, int ranks, Lease lease, Onlookers onlookers) {
    RunSettings run = plan.settings();
    TrainingAttempts.stopBetween(stop, site.output().newestStep(run.runId()));
    Interruptions interruptions =
        new Interruptions(stop, new LeavingExecutors(site.session().sparkContext()), progress);
    try (DriverEndpoint endpoint =
        DriverEndpoint.open(
            RankTask.endpointName(run),
            () -> orders(lease, interruptions),
            progress,
            onlookers::logged)) {
      Cluster cluster = config.cluster();
      Supervisor supervisor =
          new Supervisor(
              site.layout().slotsForRanks(),
              new Supervisor.Ranks(ranks, cluster.minRanks(), cluster.executorWait()),
              () -> site.output().newestStep(run.runId()),
              news -> {
                progress.accept(news);
                onlookers.failed(news);
              });
      RunPlan settled = plan.with(HostCheck.settle(site, plan, supervisor));
      TrainingAttempts attempts =
          new TrainingAttempts(site, settled, endpoint, interruptions, onlookers);
      supervisor.run(
          committed -> {
            lease.check();
            TrainingAttempts.stopBetween(stop, committed);
            return committed < run.grid().steps() && !attempts.isRunDone();
          },
          attempts);
      return TrainResult.of(settled, attempts.last(), site.output().folder());
    }
  }

  private static DriverEndpoint.Order orders(Lease lease, Interruptions interruptions) {
    if (lease.isLost()) {
      return DriverEndpoint.Order.ABANDON;
    }
    if (lease.isUncertain()) {
      return DriverEndpoint.Order.WAIT;
    }
    return interruptions.isWanted() ? DriverEndpoint.Order.STOP : DriverEndpoint.Order.GO_ON;
  }
}
