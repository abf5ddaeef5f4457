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
import org.sparklora.evaluate.Judged;
import org.sparklora.jobs.run.NamedPaths;
import org.sparklora.jobs.run.OutputPlace;
import org.sparklora.jobs.spark.Described;
import org.sparklora.jobs.spark.TaskEdge;
import org.sparklora.storage.Store;

/** How near tables of answers come to the right ones. */
record AnswersJudging(
    SparkSession session,
    EvaluateConfig config,
    AnswerRows rows,
    List<AnswerFiles> tables,
    Optional<AnswerFiles> targets)
    implements Judging {
  private static final Log LOG = Log.of(AnswersJudging.class);

  /** Finds the files of all that is judged. */
  static AnswersJudging of(SparkSession session, EvaluateConfig config, OutputPlace place) {
    Store store = place.store();
    NamedPaths paths = NamedPaths.of(session);
    List<AnswerFiles> answers = new ArrayList<>();
    for (String name : config.predictions()) {
      place.apartFrom(paths.resolve(name), "--predictions");
      answers.add(AnswerFiles.find(store, name, paths.resolve(name)));
    }
    AnswerRows rows = new AnswerRows(session, config.encoding());
    return new AnswersJudging(session, config, rows, answers, targets(config, place, paths));
  }

  private static Optional<AnswerFiles> targets(
      EvaluateConfig config, OutputPlace place, NamedPaths paths) {
    if (config.targetFile().isEmpty()) {
      return Optional.empty();
    }
    String path = paths.corpus(config.targetFile());
    place.apartFrom(path, "--target_file");
    return Optional.of(AnswerFiles.find(place.store(), config.targetFile(), path));
  }

  @Override
  public Map<String, String> madeFrom() {
    Map<String, String> from = new LinkedHashMap<>();
    tables.forEach(a -> from.put(a.name(), a.state()));
    from.put("prediction_key", config.predictionKey());
    from.put("target_key", config.targetKey());
    from.put("encoding", config.encoding());
    targets.ifPresent(t -> from.put("target_file", t.state()));
    return from;
  }

  @Override
  public List<Judged> judged() {
    return tables.stream().map(this::judged).toList();
  }

  private Judged judged(AnswerFiles answers) {
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
