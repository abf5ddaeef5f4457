package org.sparklora.jobs.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.corpus.ExampleParser;
import org.sparklora.evaluate.EvaluateConfig;
import org.sparklora.evaluate.EvaluationFolder;
import org.sparklora.evaluate.EvaluationInfo;
import org.sparklora.evaluate.Judged;
import org.sparklora.jobs.run.Making;
import org.sparklora.jobs.run.NamedPaths;
import org.sparklora.jobs.run.OutputPlace;
import org.sparklora.jobs.spark.Described;
import org.sparklora.jobs.spark.FailedTasks;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.jobs.spark.TaskEdge;
import org.sparklora.storage.Store;

/** Says how near tables of answers come to the right ones. */
public final class EvaluateJob {
  private static final Log LOG = Log.of(EvaluateJob.class);

  private final SparkSession session;
  private final EvaluateConfig config;
  private final Store store;
  private final NamedPaths paths;
  private final AnswerRows rows;

  private EvaluateJob(SparkSession session, EvaluateConfig config) {
    this.session = session;
    this.config = config;
    this.store = Store.with(SparkStorage.settings(session));
    this.paths = NamedPaths.of(session);
    this.rows = new AnswerRows(session, config.encoding());
  }

  /** Evaluates, or does nothing where the same evaluation lies already. */
  public static EvaluateResult run(SparkSession session, EvaluateConfig config) {
    FailedTasks.hear(session.sparkContext());
    return new EvaluateJob(session, config).run();
  }

  private EvaluateResult run() {
    String path = paths.resolve(config.outputDir());
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
    List<AnswerFiles> answers = new ArrayList<>();
    for (String name : config.predictions()) {
      place.apartFrom(paths.resolve(name), "--predictions");
      answers.add(AnswerFiles.find(store, name, paths.resolve(name)));
    }
    Optional<AnswerFiles> targets = targets(place);
    Map<String, String> madeFrom = madeFrom(answers, targets);
    return new Making<EvaluationInfo, EvaluateResult>(
            place, folder, (info, made) -> new EvaluateResult(place.folder(), info, made))
        .run(
            () -> folder.same(madeFrom),
            () -> answers,
            (all, run) ->
                new EvaluationInfo(madeFrom, all.stream().map(a -> judged(a, targets)).toList()));
  }

  private Optional<AnswerFiles> targets(OutputPlace place) {
    if (config.targetFile().isEmpty()) {
      return Optional.empty();
    }
    String path = paths.corpus(config.targetFile());
    place.apartFrom(path, "--target_file");
    return Optional.of(AnswerFiles.find(store, config.targetFile(), path));
  }

  private Map<String, String> madeFrom(List<AnswerFiles> answers, Optional<AnswerFiles> targets) {
    Map<String, String> from = new LinkedHashMap<>();
    answers.forEach(a -> from.put(a.name(), a.state()));
    from.put("prediction_key", config.predictionKey());
    from.put("target_key", config.targetKey());
    from.put("encoding", config.encoding());
    targets.ifPresent(t -> from.put("target_file", t.state()));
    return from;
  }

  private Judged judged(AnswerFiles answers, Optional<AnswerFiles> targets) {
    ScoredPart all = ScoredPart.NONE;
    try (Described described =
        Described.as(session.sparkContext(), "judge %s".formatted(answers.name()))) {
      JavaRDD<ReadRow> read =
          targets.isPresent()
              ? beside(answers, targets.get())
              : rows.of(answers, new ExampleParser(config.predictionKey(), config.targetKey()));
      for (ScoredPart part :
          read.mapPartitions(TaskEdge.around(part -> ScoredPart.of(part))).collect()) {
        all = all.plus(part);
      }
    }
    check(answers, all);
    return Judged.of(answers.name(), all.scores(), all.badRows());
  }

  /** Answers and targets of two files, row by row. */
  private JavaRDD<ReadRow> beside(AnswerFiles answers, AnswerFiles targets) {
    JavaPairRDD<Long, ReadRow> said =
        rows.numbered(answers, new ExampleParser(config.predictionKey(), ""));
    JavaPairRDD<Long, ReadRow> right =
        rows.numbered(targets, new ExampleParser(config.targetKey(), ""));
    long asked = said.count();
    long known = right.count();
    if (asked != known) {
      throw Failure.input(
          "Cannot evaluate, answers and targets are not as many: %d in %s, %d in %s (expected a target for each answer, in the same order). Predict with --target_key, so that they stand side by side."
              .formatted(asked, answers.name(), known, targets.name()));
    }
    return said.join(right).values().map(both -> both._1().with(both._2()));
  }

  private void check(AnswerFiles answers, ScoredPart all) {
    if (answers.rows().isPresent() && answers.rows().getAsLong() != all.read()) {
      throw Failure.input(
          "Cannot evaluate, the table holds other rows than were written: %d in %s (expected %d). Run the predict job again with --overwrite."
              .formatted(all.read(), answers.name(), answers.rows().getAsLong()));
    }
    if (all.badRows() > config.maxBadFraction() * all.read()) {
      throw Failure.input(
          "Cannot evaluate, too many rows are bad: %d of %d in %s, most often: %s (expected at most %s of them). Correct the table or raise --max_bad_fraction."
              .formatted(
                  all.badRows(),
                  all.read(),
                  answers.name(),
                  all.commonestReason(),
                  config.maxBadFraction()));
    }
    if (all.scores().rows() == 0) {
      throw Failure.input(
          "Cannot evaluate, the table holds no answers: %d rows, %d bad in %s (expected at least one good). Check --predictions."
              .formatted(all.read(), all.badRows(), answers.name()));
    }
    if (all.badRows() > 0) {
      LOG.warn(
          "Leaving out {} bad rows of {}, most often: {}",
          all.badRows(),
          answers.name(),
          all.commonestReason());
    }
  }
}
