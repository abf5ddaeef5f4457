package org.sparklora.train;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.sparklora.ModelFamily;
import org.sparklora.collective.AllReduce;
import org.sparklora.collective.LoopbackAllReduce;
import org.sparklora.collective.Ranks;
import org.sparklora.lora.TrainableModel;
import org.sparklora.metric.LoggedStep;
import org.sparklora.model.load.ComputeOptions.Checkpointing;
import org.sparklora.plan.HeldOutPlan;
import org.sparklora.plan.PlannedRow;
import org.sparklora.plan.SampleOrder;
import org.sparklora.plan.SegmentPlan;
import org.sparklora.plan.StepGrid;
import org.sparklora.storage.StorageSettings;
import org.sparklora.tensor.Processor;
import org.sparklora.train.RunSettings.Provenance;
import org.sparklora.train.RunSettings.Resolved;

/** Runs segments of a run as the train job would, a thread per rank, with a model of each. */
final class TrialRun {
  static final int ROWS_PER_STEP = 6;

  final PlantedRows table;
  final RunSettings settings;
  final String outputDir;
  final List<StepReport> reports = Collections.synchronizedList(new ArrayList<>());
  final List<String> news = Collections.synchronizedList(new ArrayList<>());
  final List<LoggedStep> logged = Collections.synchronizedList(new ArrayList<>());
  Supplier<? extends TrainableModel> models = TinyModel::new;
  UnaryOperator<AllReduce> exchange = UnaryOperator.identity();
  final List<EvaluationReport> evaluations = Collections.synchronizedList(new ArrayList<>());
  Orders orders = () -> false;
  // evaluated while training, if flags ask for it
  PlantedRows heldOut = new PlantedRows(List.of());
  boolean dealtBySlot;

  // the trained values that each rank ended the last segment with
  List<float[]> parameters = List.of();
  private final AtomicInteger generations = new AtomicInteger();

  TrialRun(PlantedRows table, Path outputDir, RunSettings settings) {
    this.table = table;
    this.settings = settings;
    this.outputDir = outputDir.toString();
  }

  static TrialRun of(PlantedRows table, Path outputDir, String... flags) {
    return new TrialRun(table, outputDir, settings(table.size(), flags));
  }

  /** Twenty steps of six rows, highest rate 0.1, and what {@code flags} (name, value) change. */
  static RunSettings settings(int rows, String... flags) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("tokenized_dataset", "table");
    values.put("output_dir", "unused");
    values.put("max_steps", "20");
    values.put("learning_rate", "0.1");
    values.put("save_steps", "1000");
    values.put("logging_steps", "4");
    values.put("max_tokens_per_micro_batch", "40");
    for (int i = 0; i < flags.length; i += 2) {
      values.put(flags[i], flags[i + 1]);
    }
    TrainConfig config = TrainConfig.of(values);
    return new RunSettings(
        "run-1",
        config,
        new StepGrid(rows, ROWS_PER_STEP, config.batches().maxSteps()),
        new Resolved(
            ModelFamily.LLAMA,
            "tiny",
            config.compute().baseDtype().resolve(Processor.CPU),
            List.of("q_proj"),
            config.batches().labelPolicy(),
            config.compute().resolvedMicroBatchTokens(6, 23),
            Checkpointing.OFF),
        new Provenance("table-1", "codec-1", "prompt-1", "base-1"),
        Map.of("threads", "1"));
  }

  /** All steps on {@code ranks} ranks, from the start. */
  SegmentResult train(int ranks) {
    return train(0, ranks);
  }

  /** The segment that begins at {@code from}, on new models; returns rank 0's result. */
  SegmentResult train(long from, int ranks) {
    SegmentPlan plan = plan(from, ranks);
    Segment segment = new Segment(from, plan.to(), generations.getAndIncrement());
    List<AllReduce> peers = LoopbackAllReduce.group(ranks);
    return first(
        Ranks.run(ranks, rank -> onNewModel(segment, plan, exchange.apply(peers.get(rank)))));
  }

  /** A segment on trainers that may hold a state. */
  SegmentResult train(Segment segment, List<RankTrainer> trainers) {
    int ranks = trainers.size();
    SegmentPlan plan = plan(segment.from(), ranks);
    List<AllReduce> peers = LoopbackAllReduce.group(ranks);
    return Ranks.run(ranks, rank -> train(trainers.get(rank), segment, plan, peers.get(rank)))
        .get(0);
  }

  private record Ended(SegmentResult result, float[] parameters) {}

  private SegmentResult first(List<Ended> ranks) {
    parameters = ranks.stream().map(Ended::parameters).toList();
    return ranks.get(0).result();
  }

  /** Opens the model in the rank's own thread, as native models need it. */
  private Ended onNewModel(Segment segment, SegmentPlan plan, AllReduce peers) {
    TrainableModel model = models.get();
    try (RankTrainer trainer = new RankTrainer(settings, model)) {
      SegmentResult result = train(trainer, segment, plan, peers);
      float[] values = new float[model.size()];
      model.read(TrainableModel.Values.PARAMETERS, FloatBuffer.wrap(values));
      return new Ended(result, values);
    }
  }

  private SegmentResult train(
      RankTrainer trainer, Segment segment, SegmentPlan plan, AllReduce peers) {
    try (peers) {
      return trainer.train(segment, stream(plan, peers), peers, services());
    }
  }

  private Iterator<PlannedRow> stream(SegmentPlan plan, AllReduce peers) {
    HeldOutPlan dealt =
        HeldOutPlan.of(heldOut.sizes(settings.resolved().labelPolicy()), peers.ranks());
    List<PlannedRow> rows = heldOut.planned(dealt, peers.rank());
    rows.addAll(table.planned(plan, peers.rank()));
    return rows.iterator();
  }

  /** What each rank has around it; its model is there already. */
  RankServices services() {
    RankSetup setup = new RankSetup(StorageSettings.none(), outputDir, "unused", null, 1);
    return new RankServices(setup, orders, new Heard());
  }

  /** Keeps what it is told. */
  private final class Heard implements Progress {
    @Override
    public void step(StepReport report) {
      reports.add(report);
    }

    @Override
    public void evaluating(long step, long rows) {}

    @Override
    public void evaluated(EvaluationReport report) {
      evaluations.add(report);
    }

    @Override
    public void news(String line) {
      news.add(line);
    }

    @Override
    public void logged(LoggedStep step) {
      logged.add(step);
    }
  }

  private SegmentPlan plan(long from, int ranks) {
    SampleOrder order = settings.order();
    return dealtBySlot
        ? SegmentPlan.bySlot(settings.grid(), order, from, ranks)
        : SegmentPlan.byLength(
            settings.grid(), order, table.sizes(settings.resolved().labelPolicy()), from, ranks);
  }

  /** Stops after the step that {@code step} reports; then asks no more. */
  void stopAfter(long step) {
    orders = () -> reports.size() + 1 == step;
  }

  List<Double> losses() {
    return reports.stream().map(StepReport::loss).toList();
  }
}
