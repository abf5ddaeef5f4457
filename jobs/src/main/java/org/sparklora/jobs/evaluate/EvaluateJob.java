package org.sparklora.jobs.evaluate;

import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.sparklora.evaluate.EvaluateConfig;
import org.sparklora.evaluate.EvaluationFolder;
import org.sparklora.evaluate.EvaluationInfo;
import org.sparklora.jobs.run.Making;
import org.sparklora.jobs.run.NamedPaths;
import org.sparklora.jobs.run.OutputPlace;
import org.sparklora.jobs.spark.FailedTasks;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.storage.Store;

/** Says how well models predict a table, or how near tables of answers come to the right ones. */
public final class EvaluateJob {
  private final SparkSession session;
  private final EvaluateConfig config;
  private final Store store;

  private EvaluateJob(SparkSession session, EvaluateConfig config) {
    this.session = session;
    this.config = config;
    this.store = Store.with(SparkStorage.settings(session));
  }

  /** Evaluates, or does nothing where the same evaluation lies already. */
  public static EvaluateResult run(SparkSession session, EvaluateConfig config) {
    FailedTasks.hear(session.sparkContext());
    return new EvaluateJob(session, config).run();
  }

  private EvaluateResult run() {
    String path = NamedPaths.of(session).resolve(config.outputDir());
    OutputPlace place =
        new OutputPlace(
            store, path, OutputPlace.claim(session, "--output_dir", config.leaseWait()));
    EvaluationFolder folder =
        config.overwrite()
            ? EvaluationFolder.overwriting(store, path)
            : EvaluationFolder.at(store, path);
    return place.ending("evaluate", folder::isOurs, () -> run(place, folder));
  }

  private EvaluateResult run(OutputPlace place, EvaluationFolder folder) {
    Judging judging =
        config
            .loss()
            .<Judging>map(asked -> TableJudging.of(session, asked, place, folder.knownBase()))
            .orElseGet(() -> AnswersJudging.of(session, config, place));
    Map<String, String> madeFrom = judging.madeFrom();
    return new Making<EvaluationInfo, EvaluateResult>(
            place, folder, (info, made) -> new EvaluateResult(place.folder(), info, made))
        .run(
            () -> folder.same(madeFrom),
            () -> judging,
            (one, run) -> new EvaluationInfo(madeFrom, one.judged()));
  }
}
