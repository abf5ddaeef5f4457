package org.sparklora.jobs.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.evaluate.Judged;
import org.sparklora.evaluate.loss.LossPart;
import org.sparklora.evaluate.loss.LossQuestion;
import org.sparklora.feature.FeatureTable;
import org.sparklora.jobs.run.BaseModel;
import org.sparklora.jobs.run.NamedPaths;
import org.sparklora.jobs.run.OutputPlace;
import org.sparklora.jobs.spark.Described;
import org.sparklora.jobs.spark.RankLayout;
import org.sparklora.jobs.spark.SlotWatch;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.jobs.spark.TableRows;
import org.sparklora.jobs.spark.TaskEdge;
import org.sparklora.plan.LabelPolicy;
import org.sparklora.predict.ModelChoice;
import org.sparklora.predict.ModelFingerprints;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;

/** How well a base, and each adapter on it, predict the labels of a feature table. */
record TableJudging(
    SparkSession session,
    LossQuestion asked,
    FeatureTable table,
    BaseModel base,
    Map<String, ModelChoice> models,
    Map<String, String> madeFrom)
    implements Judging {
  private static final Log LOG = Log.of(TableJudging.class);

  /** A task that is lost costs no more of them than this. */
  private static final int MOST_ROWS_OF_A_TASK = 10_000;

  /** Opens the table; refuses models that do not fit it. */
  static TableJudging of(
      SparkSession session, LossQuestion asked, OutputPlace place, String knownBase) {
    Store store = place.store();
    NamedPaths paths = NamedPaths.of(session);
    String folder = paths.table(asked.table());
    place.apartFrom(folder, "--tokenized_dataset");
    FeatureTable table =
        asked.trustTable()
            ? FeatureTable.openTrustedHeldOut(store, folder)
            : FeatureTable.open(store, folder);
    BaseModel base = BaseModel.toEvaluate(store, paths, table, asked.checkpoint());
    place.apartFrom(base.folder(), "--model_checkpoint");
    Map<String, ModelChoice> models = asked.models(base.folder(), paths::resolve);
    models
        .values()
        .forEach(m -> m.adapters().places().forEach(a -> place.notAround(a.folder(), "--adapter")));
    OtherForms.said(store, table, models).ifPresent(line -> LOG.warn("{}", line));
    return new TableJudging(
        session,
        asked,
        table,
        base,
        models,
        madeFrom(store, asked, table, base, models, knownBase));
  }

  private static Map<String, String> madeFrom(
      Store store,
      LossQuestion asked,
      FeatureTable table,
      BaseModel base,
      Map<String, ModelChoice> models,
      String knownBase) {
    Map<String, String> from = new LinkedHashMap<>();
    from.put("tokenized_dataset", table.fingerprint());
    from.put("model_checkpoint", base.name());
    from.put("base_dtype", asked.baseDtype().word());
    from.put("label_policy", asked.labelPolicy().resolve(base.spec().family()).word());
    models.forEach(
        (name, model) -> {
          Map<String, String> prints =
              ModelFingerprints.of(store, model, asked.foreignAdapter(), knownBase);
          if (model.hasAdapter()) {
            from.put("adapter " + name, prints.get("adapter_fingerprint"));
          } else {
            from.putAll(prints);
            from.remove("adapter_fingerprint");
          }
        });
    return from;
  }

  @Override
  public List<Judged> judged() {
    SlotWatch watch = new SlotWatch(line -> LOG.info("{}", line), () -> false, () -> "");
    RankLayout layout = new RankLayout(session.sparkContext(), watch);
    StorageSettings storage = SparkStorage.settings(session);
    int ranks = layout.usualRanks();
    JavaPairRDD<Long, int[]> rows =
        DealtRows.of(
            new TableRows(session, storage, table, base.vocabulary()),
            base.vocabulary(),
            parts(ranks));
    LabelPolicy policy = asked.labelPolicy().resolve(base.spec().family());
    List<Judged> judged = new ArrayList<>();
    models.forEach(
        (name, model) -> {
          ScoreTask task =
              new ScoreTask(storage, model, policy, layout.devices(), layout.threadsPerRank(ranks));
          judged.add(Judged.of(name, scored(name, rows, task, layout)));
        });
    return judged;
  }

  private LossPart scored(
      String name, JavaPairRDD<Long, int[]> rows, ScoreTask task, RankLayout layout) {
    try (Described described =
        Described.ofRows(
            session.sparkContext(),
            table.rows(),
            "score %d rows with %s".formatted(table.rows(), name))) {
      JavaRDD<LossPart> parts = rows.mapPartitions(TaskEdge.around(task));
      layout.claims().ifPresent(parts::withResources);
      LossPart all = parts.collect().stream().reduce(LossPart.NOTHING, LossPart::plus);
      requireLabels(all);
      return all;
    }
  }

  /** In local mode all tasks share one process, which has room for one model on each device. */
  private int parts(int ranks) {
    return session.sparkContext().isLocal()
        ? ranks
        : Math.max(ranks, (int) Math.min(100_000, table.rows() / MOST_ROWS_OF_A_TASK));
  }

  private void requireLabels(LossPart all) {
    if (all.score().labels() == 0) {
      throw Failure.input(
          "Cannot evaluate, no row of the feature table has labels: %d rows in %s (expected some). Look at its targets, or tokenize it again with a higher --max_seq_length."
              .formatted(table.rows(), table.folder()));
    }
  }
}
