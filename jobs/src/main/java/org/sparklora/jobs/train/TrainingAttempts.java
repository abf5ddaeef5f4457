package org.sparklora.jobs.train;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.Vocabulary;
import org.sparklora.checkpoint.Checkpoint;
import org.sparklora.collective.ExchangeConfig;
import org.sparklora.collective.PeerLost;
import org.sparklora.collective.RunCertificate;
import org.sparklora.feature.FeatureTable;
import org.sparklora.jobs.spark.BarrierStage;
import org.sparklora.jobs.spark.Described;
import org.sparklora.jobs.spark.DriverEndpoint;
import org.sparklora.jobs.spark.StopSignal;
import org.sparklora.jobs.spark.Supervisor;
import org.sparklora.jobs.spark.TableRows;
import org.sparklora.plan.RowPlan;
import org.sparklora.plan.SegmentPlan;
import org.sparklora.train.Cluster;
import org.sparklora.train.RunSettings;
import org.sparklora.train.Segment;
import org.sparklora.train.SegmentResult;
import org.sparklora.train.TlsChoice;
import scala.Tuple2;

/** Attempts at a run: each is one Spark job that plans a segment and trains it. */
final class TrainingAttempts implements Supervisor.Attempt {
  private static final Log LOG = Log.of(TrainingAttempts.class);

  /** How long the survivors of a lost rank may take to say whom they miss. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(3);

  private final RunSite site;
  private final RunPlan plan;
  private final DriverEndpoint endpoint;
  private final Interruptions interruptions;
  private final Onlookers onlookers;
  private final int firstGeneration;
  private SegmentResult last;

  TrainingAttempts(
      RunSite site,
      RunPlan plan,
      DriverEndpoint endpoint,
      Interruptions interruptions,
      Onlookers onlookers) {
    this.site = site;
    this.plan = plan;
    this.endpoint = endpoint;
    this.interruptions = interruptions;
    this.onlookers = onlookers;
    this.firstGeneration = newest().map(c -> c.manifest().stamp().generation() + 1).orElse(0);
  }

  /** Whether an attempt of this process ended the run, maybe before its last step. */
  boolean isRunDone() {
    return last != null && last.end() == SegmentResult.End.RUN_DONE;
  }

  /** How the newest segment ended; empty when no attempt of this process ran to its end. */
  Optional<SegmentResult> last() {
    return Optional.ofNullable(last);
  }

  @Override
  public void run(int number, int ranks) throws Exception {
    RunSettings run = plan.settings();
    long committed = site.output().newestStep(run.runId());
    StartingPoint start = committed < 0 ? plan.start() : StartingPoint.FRESH;
    SegmentPlan steps = segmentPlan(Math.max(committed, start.step()), ranks);
    Segment segment =
        new Segment(steps.from(), steps.to(), firstGeneration + number, start.source());
    LOG.info(
        "Generation {}: steps {} to {} of {} on {} ranks",
        segment.generation(),
        steps.from(),
        steps.to(),
        run.grid().steps(),
        ranks);
    onlookers.generation(segment, ranks);
    SparkContext context = site.session().sparkContext();
    String description =
        "train steps %d to %d on %d ranks".formatted(steps.from(), steps.to(), ranks);
    try (Described training = Described.group(context, RankTask.endpointName(run), description)) {
      last = interruptions.judged(results(steps, task(segment, ranks)).get(0));
    }
  }

  private List<SegmentResult> results(SegmentPlan steps, RankTask task) throws Exception {
    endpoint.clear();
    JavaRDD<Tuple2<PlanKey, int[]>> rows = assigned(plan.table(), steps);
    if (plan.heldOut().isPresent()) {
      HeldOutTable heldOut = plan.heldOut().get();
      rows = rows.union(assigned(heldOut.table(), heldOut.dealt(steps.ranks())));
    }
    try {
      return BarrierStage.run(
          PlannedRows.sorted(rows, steps.ranks()), site.layout().claims(), task);
    } catch (Exception e) {
      // The stage may have failed with a consequence; what the ranks told is the cause.
      throw endpoint
          .awaitFirstFailure(LAST_WORDS)
          .map(first -> because(first, e))
          .orElseThrow(() -> e);
    }
  }

  private JavaRDD<Tuple2<PlanKey, int[]>> assigned(FeatureTable table, RowPlan where) {
    Vocabulary vocabulary = plan.base().vocabulary();
    TableRows rows = new TableRows(site.session(), site.storage(), table, vocabulary);
    return PlannedRows.assigned(site.session(), rows, where, vocabulary);
  }

  private static Exception because(RuntimeException first, Exception e) {
    if (first instanceof Failure failure) {
      Failure told = new Failure(failure.exitCode(), failure.sentences());
      told.initCause(e);
      return told;
    }
    return new PeerLost(first.getMessage(), e);
  }

  private SegmentPlan segmentPlan(long from, int ranks) {
    RunSettings run = plan.settings();
    return plan.sizes()
        .map(sizes -> SegmentPlan.byLength(run.grid(), run.order(), sizes, from, ranks))
        .orElseGet(() -> SegmentPlan.bySlot(run.grid(), run.order(), from, ranks));
  }

  private RankTask task(Segment segment, int ranks) {
    return new RankTask(
        plan.settings(),
        segment,
        plan.setup(site, ranks),
        site.layout().devices(),
        exchange(segment.generation()),
        StageCounts.of(site.session().sparkContext()));
  }

  /** A new secret, and certificate, for each attempt. */
  private ExchangeConfig exchange(int generation) {
    Cluster cluster = plan.settings().config().cluster();
    ExchangeConfig fresh = ExchangeConfig.fresh(plan.settings().runId()).forGeneration(generation);
    ExchangeConfig timed = fresh.within(cluster.exchangeTimeout(), fresh.arrivalTimeout());
    return isEncrypted(cluster.exchangeTls(), site.session().sparkContext().getConf())
        ? timed.encrypted(RunCertificate.create())
        : timed;
  }

  static boolean isEncrypted(TlsChoice choice, SparkConf conf) {
    return switch (choice) {
      case TRUE -> true;
      case FALSE -> false;
      case AUTO ->
          conf.getBoolean("spark.authenticate", false)
              || conf.getBoolean("spark.network.crypto.enabled", false)
              || conf.getBoolean("spark.ssl.enabled", false);
    };
  }

  private Optional<Checkpoint> newest() {
    return site.output().newest(plan.settings().runId());
  }

  /** Fails when a stop was asked for before or between attempts. */
  static void stopBetween(StopSignal stop, long step) {
    if (stop.isAsked()) {
      throw new Failure(
          ExitCode.STOPPED,
          "Stopped by %s after step %d, between two generations. Run the same command again to go on."
              .formatted(stop.by(), Math.max(0, step)));
    }
  }
}
